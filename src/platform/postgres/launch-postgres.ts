import { open, rename, stat, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ownerUrl } from './credentials.ts';
import { joinRunning } from './guest.ts';
import { openCluster } from './init-cluster.ts';
import { locateBinaries } from './locate-binaries.ts';
import { claimOwnership } from './owner-file.ts';
import { diskFull, PostgresStartError } from './postgres-start-error.ts';
import { findPostmaster, removeStaleLock } from './postmaster-pid.ts';
import { prepareRunAs } from './run-as.ts';
import { SERVER_SETTINGS, settingFlags } from './server-settings.ts';
import type { Log, StartOptions } from './start-embedded-postgres.ts';
import { exitsWithin, startWatched, type WatchedPostgres } from './watchdog.ts';

export interface Launched {
  readonly url: string;
  readonly postgres: WatchedPostgres;
}

const LOG_LIMIT = 10 * 1024 * 1024;

/** Starts PostgreSQL on the data folder; undefined when somebody else was faster or the last one has not quite ended. */
export async function launchPostgres(options: StartOptions): Promise<Launched | undefined> {
  const { dataFolder, log } = options;
  const binaries = locateBinaries();
  const runAs = await prepareRunAs(binaries, dataFolder);
  const clusterFolder = join(dataFolder, 'postgres');
  await removeStaleLock(clusterFolder);
  const cluster = await openCluster(binaries, runAs, dataFolder);
  const logPath = join(dataFolder, 'postgres.log');
  await rotateLog(logPath);

  const port = await findFreePort();
  const flags = settingFlags({ ...SERVER_SETTINGS, ...options.settings, port: String(port) });
  const logStart = await sizeOf(logPath);
  const postgres = await startWatched(runAs, [binaries.postgres, '-D', clusterFolder, ...flags], logPath);
  if (!(await takesLock(postgres, clusterFolder))) return explainExit(dataFolder, await readFrom(logPath, logStart));
  // Before it is ready: recovering for minutes, it is ours all the same. Not before it has the lock: it may be another's.
  await claimOwnership(dataFolder, options.purpose, postgres.pid);
  if (!(await becomesReady(postgres, clusterFolder, log))) return explainExit(dataFolder, await readFrom(logPath, logStart));

  const url = ownerUrl(port, cluster.password);
  await requirePassword(url, postgres, dataFolder);
  log('postgres.started', { port, pid: postgres.pid, user: runAs.user?.uid, capability: runAs.capability });
  return { url, postgres };
}

async function takesLock(postgres: WatchedPostgres, clusterFolder: string): Promise<boolean> {
  while (!postgres.hasExited()) {
    if ((await findPostmaster(clusterFolder))?.pid === postgres.pid) return true;
    await sleep(10);
  }
  return false;
}

// Recovery after a crash may take minutes with much to replay: as long as PostgreSQL lives it is given the time.
async function becomesReady(postgres: WatchedPostgres, clusterFolder: string, log: Log): Promise<boolean> {
  let tellsAt = Date.now() + 10_000;
  while (!postgres.hasExited()) {
    if ((await findPostmaster(clusterFolder))?.ready) return true;
    if (Date.now() > tellsAt) {
      log('postgres.recovering', { pid: postgres.pid });
      tellsAt += 10_000;
    }
    await sleep(10);
  }
  return false;
}

async function explainExit(dataFolder: string, messages: string): Promise<undefined> {
  const tryAgain = ['lock file "postmaster.pid"', 'pre-existing shared memory block', 'Address already in use'];
  if (tryAgain.some((message) => messages.includes(message))) return undefined;
  // On a full disk its last words may not have been written either.
  if (messages.includes('No space left on device') || (await statfs(dataFolder)).bavail === 0)
    throw diskFull(dataFolder, new Error(messages));
  const reason = messages.split('\n').findLast((line) => /FATAL|PANIC|could not/.test(line));
  throw new PostgresStartError(
    'START_FAILED',
    `PostgreSQL did not start: ${reason?.replace(/^.*?(?=FATAL|PANIC)/, '').trim() ?? 'no reason given'}.`,
    `See ${join(dataFolder, 'postgres.log')}, correct what it names and start again.`,
    new Error(messages),
  );
}

async function requirePassword(url: string, postgres: WatchedPostgres, dataFolder: string): Promise<void> {
  try {
    const guest = await joinRunning(url);
    await guest?.leave();
  } catch (error) {
    postgres.signal('INT');
    await exitsWithin(postgres, 8_000);
    throw new PostgresStartError(
      'PASSWORD_LOST',
      `The password in ${join(dataFolder, 'postgres.json')} is not the one of the data beside it.`,
      'Delete that file and start again: a new password is set, no data is touched.',
      error,
    );
  }
}

// Taken by somebody else before PostgreSQL listens on it, it is simply chosen again.
function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

async function rotateLog(path: string): Promise<void> {
  if ((await sizeOf(path)) > LOG_LIMIT) await rename(path, `${path}.1`);
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

async function readFrom(path: string, position: number): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(64 * 1024), position });
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
