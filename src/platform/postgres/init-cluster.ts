import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DATABASE, findPassword, generatePassword, keepPassword, OWNER } from './credentials.ts';
import type { PostgresBinaries } from './locate-binaries.ts';
import { diskFull, explainFileError, PostgresStartError } from './postgres-start-error.ts';
import { isAlive, thisProcess } from './process-birth.ts';
import { handOver, type RunAs, runProgram } from './run-as.ts';
import { runSingleUser } from './single-user.ts';
import { syncFolder } from './write-durably.ts';

const DRAFT = /^postgres\.init-(\d+)-(\S+)$/;

export interface Cluster {
  readonly folder: string;
  readonly password: string;
}

/**
 * Opens the cluster in the data folder, creating it first if there is none. It is made ready in a folder of another name
 * and moved into place as the last step: a cluster that is there is whole, whenever the power fails.
 */
export async function openCluster(
  binaries: PostgresBinaries,
  runAs: RunAs & { version: string },
  dataFolder: string,
): Promise<Cluster> {
  const folder = join(dataFolder, 'postgres');
  try {
    await removeAbandonedDrafts(dataFolder);
    if (!existsSync(folder)) return { folder, password: await initCluster(binaries, runAs, dataFolder, folder) };
  } catch (error) {
    throw explainFileError(error, dataFolder);
  }
  await requireSameVersion(folder, runAs.version);
  await requireOwnership(runAs, folder);
  return { folder, password: (await findPassword(dataFolder)) ?? (await replacePassword(binaries, runAs, dataFolder, folder)) };
}

async function initCluster(binaries: PostgresBinaries, runAs: RunAs, dataFolder: string, folder: string): Promise<string> {
  // The password is kept before it is used: two first starts at once then make their clusters with the same one.
  const password = (await findPassword(dataFolder)) ?? (await keepPassword(dataFolder, generatePassword()));
  const { pid, birth } = await thisProcess();
  const draft = join(dataFolder, `postgres.init-${pid}-${birth}`);
  await mkdir(draft, { mode: 0o700 });
  try {
    await writeFile(join(draft, 'password'), `${password}\n`, { mode: 0o600 });
    await handOver(runAs, draft);
    await runInitdb(binaries, runAs, draft);
    await runSingleUser(binaries, runAs, join(draft, 'cluster'), `create database ${DATABASE};`);
    await moveIntoPlace(join(draft, 'cluster'), folder);
    await syncFolder(dataFolder);
  } finally {
    await rm(draft, { recursive: true, force: true, maxRetries: 3 });
  }
  return password;
}

/**
 * Locales under which letters beyond ASCII are letters to pg_trgm, which asks the C library: in plain C a search for a
 * Cyrillic name finds no trigram in the index and reads the whole table. Only what is a letter is taken from it; order and
 * case are PostgreSQL's own. Systems know it under different names; the last one is known everywhere.
 */
const LETTERS = ['C.UTF-8', 'C.utf8', 'en_US.UTF-8', 'UTF-8', 'C'] as const;

async function runInitdb(binaries: PostgresBinaries, runAs: RunAs, draft: string): Promise<void> {
  let result = await runInitdbWith(binaries, runAs, draft, LETTERS[0]);
  for (const letters of LETTERS.slice(1)) {
    if (!result.stderr.includes('invalid locale')) break;
    result = await runInitdbWith(binaries, runAs, draft, letters);
  }
  if (result.code === 0) return;
  if (result.stderr.includes('No space left on device')) throw diskFull(dirname(draft), new Error(result.stderr));
  throw new PostgresStartError(
    'INIT_FAILED',
    `PostgreSQL could not create its data: ${lastLine(result.stderr)}.`,
    'Correct what it names and start again; nothing was left half-made.',
    new Error(result.stderr),
  );
}

function runInitdbWith(binaries: PostgresBinaries, runAs: RunAs, draft: string, letters: string) {
  return runProgram(runAs, binaries.initdb, [
    `--pgdata=${join(draft, 'cluster')}`,
    `--username=${OWNER}`,
    `--pwfile=${join(draft, 'password')}`,
    '--auth=scram-sha-256',
    '--data-checksums',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    `--lc-ctype=${letters}`,
  ]);
}

// The faster of two first starts wins; its cluster has the same password.
async function moveIntoPlace(draft: string, folder: string): Promise<void> {
  await rename(draft, folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
}

async function removeAbandonedDrafts(dataFolder: string): Promise<void> {
  for (const name of await readdir(dataFolder)) {
    const [, pid, birth = ''] = DRAFT.exec(name) ?? [];
    if (pid === undefined || (await isAlive({ pid: Number(pid), birth }))) continue;
    await rm(join(dataFolder, name), { recursive: true, force: true, maxRetries: 5 });
  }
}

async function requireSameVersion(folder: string, programVersion: string): Promise<void> {
  const made = (await readFile(join(folder, 'PG_VERSION'), 'utf8').catch(() => 'unknown')).trim();
  const program = /\d+/.exec(programVersion)?.[0];
  if (made === program) return;
  throw new PostgresStartError(
    'CLUSTER_VERSION_MISMATCH',
    `The data in ${folder} was made by PostgreSQL ${made}, but PostgreSQL ${program} is installed.`,
    'Start the Saglasie version that made it, run "saglasie backup FILE", then restore that file with this version into a new SAGLASIE_DATA.',
  );
}

async function requireOwnership(runAs: RunAs, folder: string): Promise<void> {
  const { uid } = await stat(folder);
  if (runAs.user && uid !== runAs.user.uid) return handOver(runAs, folder);
  if (runAs.user || uid === process.getuid?.()) return;
  throw new PostgresStartError(
    'FOLDER_UNWRITABLE',
    `The data in ${folder} belongs to user ${uid}, not to the one who starts Saglasie.`,
    `Start it as that user or as root, or run "chown -R" on the data folder.`,
  );
}

// Whoever owns the files owns the data, so a lost password locks nobody out: a new one is set. First in the cluster and
// only then in the file: interrupted in between, the file is still missing and the next start does it again.
async function replacePassword(binaries: PostgresBinaries, runAs: RunAs, dataFolder: string, folder: string): Promise<string> {
  const password = generatePassword();
  try {
    await runSingleUser(binaries, runAs, folder, `alter role ${OWNER} password '${password}';`);
  } catch (error) {
    throw new PostgresStartError(
      'PASSWORD_LOST',
      `The password file ${join(dataFolder, 'postgres.json')} is missing and no new password could be set.`,
      'Stop every Saglasie process that uses this folder and start again.',
      error,
    );
  }
  return keepPassword(dataFolder, password);
}

function lastLine(text: string): string {
  return (
    text
      .trim()
      .split('\n')
      .findLast((line) => /error|fatal|could not/i.test(line))
      ?.trim() ?? 'no reason given'
  );
}
