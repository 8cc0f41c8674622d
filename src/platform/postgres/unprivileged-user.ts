import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { PostgresStartError } from './postgres-start-error.ts';

const run = promisify(execFile);
const OWN_NAME = 'saglasie-postgres';

export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

/** The user PostgreSQL runs as when Saglasie is started by root, whom PostgreSQL refuses to serve; created if need be. */
export async function unprivilegedUser(): Promise<SystemUser> {
  return (await findUser(OWN_NAME)) ?? (await findUser('postgres')) ?? (await createUser());
}

/** Looks a user up by name or number. */
export async function findUser(nameOrNumber: string): Promise<SystemUser | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', nameOrNumber]), run('id', ['-g', nameOrNumber])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}

async function createUser(): Promise<SystemUser> {
  const asked = ['--system', '--user-group', '--no-create-home', '--home-dir', '/nonexistent', '--shell', '/usr/sbin/nologin'];
  // Root's PATH is not always root's: "su" without a dash leaves the administrator's programs out.
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
  const failure = await run('useradd', [...asked, OWN_NAME], { env }).then(
    () => undefined,
    (error: unknown) => error,
  );
  // A second start at the same moment may have created it: what counts is that it is there.
  const user = await findUser(OWN_NAME);
  if (user) return user;
  throw new PostgresStartError(
    'NO_UNPRIVILEGED_USER',
    'PostgreSQL refuses to run as root, and no other user could be created for it.',
    `Create a system user named ${OWN_NAME}, or start Saglasie as an ordinary user.`,
    failure,
  );
}
