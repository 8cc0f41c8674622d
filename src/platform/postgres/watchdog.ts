import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { asCommand, cleanSpawn, type RunAs } from './run-as.ts';

export interface WatchedPostgres {
  readonly pid: number;
  /** The exit code of PostgreSQL, once it has ended. */
  readonly exited: Promise<number | null>;
  hasExited(): boolean;
  /** INT disconnects everybody and writes everything down; QUIT drops everything, and recovers at the next start. */
  signal(name: 'INT' | 'QUIT'): void;
}

/*
 * kill -9 gives us no chance to stop PostgreSQL, so a shell of one megabyte keeps watch: it reads signals from a pipe whose
 * other end only we hold, and when we are gone, however we went, the pipe ends and so does PostgreSQL.
 * A process that kept the pipe's reading end would not matter; one that kept the writing end would, and Node closes that
 * one in every child.
 */
const WATCH = `
exec 3<&0
"$@" </dev/null 3<&- >&2 &
postgres=$!
echo $postgres
exec >&2
{
  while read -r signal <&3; do kill -s "$signal" $postgres; done
  kill -s INT $postgres
  seconds=0
  while [ $seconds -lt 60 ]; do sleep 1; seconds=$((seconds + 1)); done
  kill -s QUIT $postgres
} &
watch=$!
wait $postgres
code=$?
kill -s KILL $watch
exit $code
`;

/** Starts PostgreSQL so that it does not outlive this process. */
export async function startWatched(runAs: RunAs, command: [string, ...string[]], logPath: string): Promise<WatchedPostgres> {
  const [program, args] = asCommand(runAs, ['/bin/sh', '-c', WATCH, 'saglasie-postgres-watchdog', ...command]);
  const log = await open(logPath, 'a', 0o600);
  try {
    // Its own session: Ctrl-C reaches every process of the terminal's group, and PostgreSQL must outlive the draining.
    const child = spawn(program, args, { ...cleanSpawn(runAs), detached: true, stdio: ['pipe', 'pipe', log.fd] });
    const exited = new Promise<number | null>((resolve, reject) => {
      child.once('exit', resolve);
      child.once('error', reject);
    });
    const pid = await Promise.race([readPid(child), exited.then(() => Number.NaN)]);
    letNodeExit(child);
    return {
      pid,
      exited,
      hasExited: () => child.exitCode !== null || child.signalCode !== null,
      signal: (name) => child.stdin?.write(`${name}\n`),
    };
  } finally {
    await log.close();
  }
}

/** Waits for the end of PostgreSQL, at most so long; unlike the bare promise it keeps Node running meanwhile. */
export async function exitsWithin(postgres: WatchedPostgres, patienceMs: number): Promise<boolean> {
  const giveUp = new AbortController();
  const late = sleep(patienceMs, false, { signal: giveUp.signal }).catch(() => false);
  const inTime = await Promise.race([postgres.exited.then(() => true), late]);
  giveUp.abort();
  return inTime;
}

async function readPid(child: ChildProcess): Promise<number> {
  if (!child.stdout) return Number.NaN;
  const [line] = await once(createInterface(child.stdout), 'line');
  child.stdout.destroy();
  return Number(line);
}

function letNodeExit(child: ChildProcess): void {
  // Nobody reads it after its end; what matters then is the exit.
  child.stdin?.on('error', () => {});
  child.unref();
  if (child.stdin && 'unref' in child.stdin && typeof child.stdin.unref === 'function') child.stdin.unref();
}
