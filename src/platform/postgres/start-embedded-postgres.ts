import { realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findPassword, ownerUrl } from './credentials.ts';
import { joinRunning } from './guest.ts';
import { type Launched, launchPostgres } from './launch-postgres.ts';
import { findOwner, type Owner } from './owner-file.ts';
import { explainFileError, PostgresStartError } from './postgres-start-error.ts';
import { findPostmaster, type Postmaster } from './postmaster-pid.ts';
import { stopPostgres } from './stop-postgres.ts';

export type Log = (event: string, facts?: Record<string, unknown>) => void;

export interface StartOptions {
  /** Holds everything: the cluster, its password, its log. */
  readonly dataFolder: string;
  /** A server serves until it is stopped; a command uses the server that runs, or one of its own for a moment. */
  readonly purpose: 'server' | 'command';
  readonly log: Log;
  /** Changes of the server's settings, for tests and benchmarks. */
  readonly settings?: Record<string, string>;
}

export interface EmbeddedPostgres {
  /** For the owner of the database, on loopback, with its password. */
  readonly url: string;
  /** Whether this process started it, and so stops it. */
  readonly owned: boolean;
  stop(): Promise<void>;
}

const PATIENCE_MS = 10_000;

/** Starts the PostgreSQL of a data folder, created at first; a command joins the one that already runs there. */
export async function startEmbeddedPostgres(given: StartOptions): Promise<EmbeddedPostgres> {
  const options = { ...given, dataFolder: await realpath(given.dataFolder).catch(() => resolve(given.dataFolder)) };
  const stoppedOrphans = new Set<number>();
  let givesUpAt = Date.now() + PATIENCE_MS;

  // Whoever runs there may be a server, a short command, one that is just stopping, or the orphan of a kill -9. Only a
  // server is a reason to refuse; the others are gone in a moment.
  while (Date.now() < givesUpAt) {
    const running = await findRunning(options.dataFolder);
    const owner = running && (await findOwner(options.dataFolder, running.pid));
    if (!running) {
      const launched = await launchPostgres(options);
      if (launched) return asOwner(launched, options);
    } else if (owner && !owner.alive) {
      stopOrphan(running, stoppedOrphans);
    } else if (options.purpose === 'command' && owner) {
      const guest = await joinAsGuest(options.dataFolder, running);
      if (guest) return guest;
      // Replaying what a power cut interrupted may take minutes; it ends, or its owner does.
      if (!running.ready) givesUpAt = Date.now() + PATIENCE_MS;
    } else if (owner?.purpose === 'server') {
      throw inUse(options.dataFolder, owner);
    }
    await sleep(100);
  }
  throw inUse(options.dataFolder, undefined);
}

async function findRunning(dataFolder: string): Promise<Postmaster | undefined> {
  try {
    return await findPostmaster(join(dataFolder, 'postgres'));
  } catch (error) {
    throw explainFileError(error, dataFolder);
  }
}

function asOwner(launched: Launched, options: StartOptions): EmbeddedPostgres {
  let stopping: Promise<void> | undefined;
  void launched.postgres.exited.then((code) => {
    if (!stopping) options.log('postgres.lost', { code });
  });
  return {
    url: launched.url,
    owned: true,
    stop: () => (stopping ??= stopPostgres(launched, options)),
  };
}

async function joinAsGuest(dataFolder: string, running: Postmaster): Promise<EmbeddedPostgres | undefined> {
  if (!running.ready || running.port === undefined) return undefined;
  const password = await findPassword(dataFolder).catch((error: unknown) => {
    throw explainFileError(error, dataFolder);
  });
  if (password === undefined) throw passwordLost(dataFolder);

  const url = ownerUrl(running.port, password);
  const guest = await joinRunning(url);
  if (!guest) return undefined;
  // An owner about to stop takes its claim back first and counts its guests then: either it sees us or we see that.
  if (await findOwner(dataFolder, running.pid)) return { url, owned: false, stop: () => guest.leave() };
  await guest.leave();
  return undefined;
}

// Its watchdog does this too, unless that one was killed as well. Once: a second time would not make it faster.
function stopOrphan(orphan: Postmaster, alreadyStopped: Set<number>): void {
  if (alreadyStopped.has(orphan.pid)) return;
  alreadyStopped.add(orphan.pid);
  try {
    process.kill(orphan.pid, 'SIGINT');
  } catch {
    // Gone in the meantime, or another user's: then the waiting tells.
  }
}

function inUse(dataFolder: string, owner: Owner | undefined): PostgresStartError {
  return new PostgresStartError(
    'DATA_FOLDER_IN_USE',
    owner
      ? `Saglasie already runs on the data folder ${dataFolder}, as process ${owner.process.pid}.`
      : `Another program uses the PostgreSQL in the data folder ${dataFolder} and has not ended.`,
    'Stop it first, or point SAGLASIE_DATA at another folder.',
  );
}

function passwordLost(dataFolder: string): PostgresStartError {
  return new PostgresStartError(
    'PASSWORD_LOST',
    `The password file ${join(dataFolder, 'postgres.json')} is missing while PostgreSQL is running.`,
    'Stop the Saglasie server and start it again: a new password is set, no data is touched.',
  );
}
