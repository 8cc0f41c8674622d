import { type SpawnOptions, spawn } from 'node:child_process';
import { chmod, chown, lchown, mkdir, opendir, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PostgresBinaries } from './locate-binaries.ts';
import { explainFileError, folderUnwritable, PostgresStartError } from './postgres-start-error.ts';
import { findUser, type SystemUser, unprivilegedUser } from './unprivileged-user.ts';

/** How PostgreSQL's programs are started: as whom, and through which command before theirs. */
export interface RunAs {
  /** Who must own the files; undefined when it is simply the user who runs Saglasie. */
  readonly user: SystemUser | undefined;
  readonly prefix: readonly string[];
  readonly capability: string | undefined;
  readonly spawnAs: { readonly uid?: number; readonly gid?: number };
}

export interface ProgramResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Makes the data folder private and finds a way to run PostgreSQL on it. Started by root, that is an unprivileged user;
 * and where this user may not even walk to the programs or the data (a clone under /root), the smallest capability that
 * lets it, and only then: a server with it could read any file of the machine.
 */
export async function prepareRunAs(binaries: PostgresBinaries, dataFolder: string): Promise<RunAs & { version: string }> {
  await makePrivateFolder(dataFolder);
  const user = process.getuid?.() === 0 ? await chooseOwner(dataFolder) : undefined;
  const complaints: string[] = [];
  for (const runAs of waysToRun(user)) {
    const probe = await probePrograms(runAs, binaries, dataFolder);
    if (probe.version) return { ...runAs, version: probe.version };
    complaints.push(probe.complaint);
  }
  throw await explainUnreachable(user, [binaries.postgres, join(dataFolder, 'postgres')], complaints);
}

// Showing its settings, initdb looks for everything the server needs too: itself, its libraries, "postgres", its user.
async function probePrograms(
  runAs: RunAs,
  binaries: PostgresBinaries,
  dataFolder: string,
): Promise<{ version?: string; complaint: string }> {
  const script = 'cd "$1" && exec "$2" --show --pgdata="$1"';
  const { code, stderr } = await runProgram(runAs, '/bin/sh', ['-c', script, 'sh', dataFolder, binaries.initdb]);
  const version = code === 0 ? /^VERSION=(\S+)/m.exec(stderr)?.[1] : undefined;
  return { ...(version && { version }), complaint: stderr.trim() };
}

/** Runs a program to its end with nothing of our environment: PGPORT and its kin would steer it elsewhere. */
export function runProgram(runAs: RunAs, program: string, args: string[], input = ''): Promise<ProgramResult> {
  const [command, rest] = asCommand(runAs, [program, ...args]);
  return new Promise((resolve) => {
    const child = spawn(command, rest, { ...cleanSpawn(runAs), stdio: 'pipe' });
    let [stdout, stderr] = ['', ''];
    child.stdout?.on('data', (part: Buffer) => (stdout += part.toString()));
    child.stderr?.on('data', (part: Buffer) => (stderr += part.toString()));
    child.on('error', (error) => resolve({ code: null, stdout, stderr: error.message }));
    child.on('close', (code) => resolve({ code, stdout, stderr }));
    // A program that ends before it has read everything closes the pipe: its exit code tells the story.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}

export function asCommand(runAs: RunAs, command: readonly [string, ...string[]]): [string, string[]] {
  const [first = command[0], ...rest] = [...runAs.prefix, ...command];
  return [first, rest];
}

/** English messages, because they are read by code; the working folder is one that everybody may enter. */
export function cleanSpawn(runAs: RunAs): SpawnOptions {
  return { cwd: '/', env: { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }, ...runAs.spawnAs };
}

/** Gives a folder and everything in it to the user PostgreSQL runs as. */
export async function handOver(runAs: RunAs, folder: string): Promise<void> {
  if (!runAs.user) return;
  const { uid, gid } = runAs.user;
  for await (const entry of await opendir(folder, { recursive: true }))
    await lchown(join(entry.parentPath, entry.name), uid, gid);
  await chown(folder, uid, gid);
}

async function makePrivateFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if (((await stat(folder)).mode & 0o777) !== 0o700) await chmod(folder, 0o700);
  } catch (error) {
    // On a read-only disk Node says ENOENT of the folders it was asked to make.
    throw isMissing(error) ? folderUnwritable(folder, error) : explainFileError(error, folder);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

// Whoever has owned the data so far keeps it: one "sudo npm start" must not lock an ordinary user out of their own folder.
async function chooseOwner(dataFolder: string): Promise<SystemUser> {
  for (const folder of [join(dataFolder, 'postgres'), dataFolder]) {
    const { uid } = await stat(folder).catch(() => ({ uid: 0 }));
    const owner = uid === 0 ? undefined : await findUser(String(uid));
    if (owner) return takeFolder(dataFolder, owner);
  }
  return takeFolder(dataFolder, await unprivilegedUser());
}

async function takeFolder(dataFolder: string, user: SystemUser): Promise<SystemUser> {
  try {
    await chown(dataFolder, user.uid, user.gid);
    return user;
  } catch (error) {
    throw explainFileError(error, dataFolder);
  }
}

function waysToRun(user: SystemUser | undefined): RunAs[] {
  if (!user) return [{ user, prefix: [], capability: undefined, spawnAs: {} }];
  const withCapability = (name: string): RunAs => ({
    user,
    prefix: [
      'setpriv',
      `--reuid=${user.uid}`,
      `--regid=${user.gid}`,
      '--clear-groups',
      `--inh-caps=+${name}`,
      `--ambient-caps=+${name}`,
      // Without this bit access(2), with which the programs look for each other, leaves capabilities out of account.
      '--securebits=+no_setuid_fixup',
    ],
    capability: name,
    spawnAs: {},
  });
  const plain = { user, prefix: [], capability: undefined, spawnAs: { uid: user.uid, gid: user.gid } };
  return [plain, withCapability('dac_read_search'), withCapability('dac_override')];
}

async function explainUnreachable(
  user: SystemUser | undefined,
  paths: string[],
  complaints: string[],
): Promise<PostgresStartError> {
  const cause = new Error(complaints.join('\n'));
  const closed = user && (await findClosedFolder(user, paths));
  if (closed === undefined) {
    return new PostgresStartError(
      'BINARIES_BROKEN',
      `The installed PostgreSQL programs cannot be started: ${complaints[0]?.split('\n').at(-1)}.`,
      'If libraries are missing, run "npm rebuild" with install scripts allowed; if the user is unknown, give it a name in /etc/passwd.',
      cause,
    );
  }
  return new PostgresStartError(
    'FOLDER_UNREACHABLE',
    `PostgreSQL runs as user ${user?.uid}, who may not enter ${closed}.`,
    `Allow it with "chmod o+x ${closed}", or move Saglasie and its data out of it, for example to /opt.`,
    cause,
  );
}

async function findClosedFolder(user: SystemUser, paths: string[]): Promise<string | undefined> {
  for (const path of paths) {
    for (const folder of foldersAbove(await realpath(path).catch(() => path))) {
      const { uid, gid, mode } = await stat(folder);
      const needed = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
      if ((mode & needed) === 0) return folder;
    }
  }
  return undefined;
}

function foldersAbove(path: string): string[] {
  const above = dirname(path);
  return above === path ? [] : [...foldersAbove(above), above];
}
