import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A process that cannot be mistaken for a later one with the same number. `birth` may stand in a file's name. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly birth: string;
}

/** Names this very process. */
export async function thisProcess(): Promise<ProcessIdentity> {
  return { pid: process.pid, birth: (await findBirth(process.pid)) ?? 'unknown' };
}

/** Says whether exactly that process still lives: process numbers are reused, after a reboot or in a container at once. */
export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  return (await findBirth(identity.pid)) === identity.birth;
}

/** The command line of a process with its arguments apart where the system tells them apart, undefined when it is gone. */
export async function findCommandLine(pid: number): Promise<string[] | undefined> {
  if (process.platform === 'linux') {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return line === '' ? undefined : line.split('\0');
  }
  const line = await ps(pid, 'command');
  return line === undefined ? undefined : line.split(' ');
}

async function findBirth(pid: number): Promise<string | undefined> {
  if (process.platform !== 'linux') return (await ps(pid, 'lstart'))?.replaceAll(/\W+/g, '-');
  try {
    const [stat, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
    ]);
    // The second field is the program's name and may hold spaces and brackets: count from the last bracket.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, startTime] = [fields[0], fields[19]];
    return state === 'Z' ? undefined : `${boot.trim()}-${startTime}`;
  } catch {
    return undefined;
  }
}

async function ps(pid: number, column: string): Promise<string | undefined> {
  const result = await run('ps', ['-ww', '-o', `${column}=`, '-p', String(pid)]).catch(() => undefined);
  return result?.stdout.trim() || undefined;
}
