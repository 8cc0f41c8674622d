import { link, readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { findCommandLine } from './process-birth.ts';

/** What a running PostgreSQL says about itself in its lock file. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number | undefined;
  readonly ready: boolean;
}

/** The PostgreSQL that runs on this cluster right now, whoever started it; undefined when none does. */
export async function findPostmaster(clusterFolder: string): Promise<Postmaster | undefined> {
  const lock = await readLock(clusterFolder);
  if (lock === undefined) return undefined;
  const postmaster = parseLock(lock);
  return (await servesFolder(postmaster.pid, clusterFolder)) ? postmaster : undefined;
}

/**
 * Removes a lock file whose process number now belongs to somebody else. PostgreSQL clears one of a dead process itself,
 * but refuses to start while any process has that number: after a power cut, that is a matter of luck.
 */
export async function removeStaleLock(clusterFolder: string): Promise<void> {
  const lock = await readLock(clusterFolder);
  if (lock === undefined || (await servesFolder(parseLock(lock).pid, clusterFolder))) return;

  // Another start may have put its own lock there since it was read: move first, look at what was moved, and put a
  // living one back. Never unlink by name what was judged by content.
  const aside = join(clusterFolder, `postmaster.pid.stale-${process.pid}`);
  await rename(lockFile(clusterFolder), aside).catch(() => {});
  const moved = await readFile(aside, 'utf8').catch(() => undefined);
  if (moved !== undefined && (await servesFolder(parseLock(moved).pid, clusterFolder))) {
    await link(aside, lockFile(clusterFolder)).catch(() => {});
  }
  await rm(aside, { force: true });
}

async function servesFolder(pid: number, clusterFolder: string): Promise<boolean> {
  if (!(pid > 1)) return false;
  const [program = '', ...args] = (await findCommandLine(pid)) ?? [];
  const isPostgres = basename(program) === 'postgres';
  return isPostgres && args.join(' ').startsWith(`-D ${clusterFolder}`);
}

async function readLock(clusterFolder: string): Promise<string | undefined> {
  return readFile(lockFile(clusterFolder), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

// One value a line: number, folder, start, port, socket folder, address, shared memory, state.
function parseLock(lock: string): Postmaster {
  const [pid, , , port, , , , state] = lock.split('\n');
  return { pid: Number(pid), port: Number(port) || undefined, ready: state?.trim() === 'ready' };
}

function lockFile(clusterFolder: string): string {
  return join(clusterFolder, 'postmaster.pid');
}
