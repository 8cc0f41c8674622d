import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { locateBinaries } from '#platform/postgres/locate-binaries.ts';
import { startEmbeddedPostgres } from '#platform/postgres/start-embedded-postgres.ts';
import {
  comesTrue,
  copyClone,
  hold,
  killAll,
  killHolders,
  newFolder,
  processesOf,
  query,
  type SystemUser,
} from './postgres-process.ts';

const isRoot = process.getuid?.() === 0;
const folders: string[] = [];

afterEach(() => {
  killHolders();
  for (const folder of folders.splice(0)) {
    killAll(folder);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
});

function dataFolder(owner?: SystemUser): string {
  const folder = newFolder(owner);
  folders.push(folder);
  return folder;
}

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);
const postgresOf = (folder: string): unknown[] => processesOf(folder).filter(({ command }) => command.includes('postgres'));

describe('The embedded PostgreSQL', () => {
  test('makes a private cluster with checksums and durability at its first start, and listens on loopback only', async () => {
    const folder = dataFolder();
    const server = hold(folder, 'server');
    const { url, owned } = await server.said;
    const [settings] = await query(
      url,
      `select current_setting('data_checksums') as checksums, current_setting('fsync') as fsync,
              current_setting('full_page_writes') as pages, current_setting('synchronous_commit') as commit,
              current_setting('listen_addresses') as address, current_setting('unix_socket_directories') as sockets,
              current_setting('server_encoding') as encoding, datlocale as locale, datname as name
         from pg_database where datname = current_database()`,
    );
    expect(owned).toBe(true);
    expect(settings).toEqual({
      checksums: 'on',
      fsync: 'on',
      pages: 'on',
      commit: 'on',
      address: '127.0.0.1',
      sockets: '',
      encoding: 'UTF8',
      locale: 'C.UTF-8',
      name: 'saglasie',
    });
    const { password, hostname } = new URL(url);
    expect(Buffer.from(password, 'base64url')).toHaveLength(32);
    expect(hostname).toBe('127.0.0.1');
    await expect(query(url.replace(password, 'guessed'), 'select 1')).rejects.toMatchObject({ code: '28P01' });
    expect([folder, join(folder, 'postgres')].map(modeOf)).toEqual(['700', '700']);
    expect(['postgres.json', 'postgres.log', 'postgres-owner.json'].map((name) => modeOf(join(folder, name)))).toEqual([
      '600',
      '600',
      '600',
    ]);
    await server.end('SIGTERM');
  });

  test('writes nothing of a failed statement into its log', async () => {
    const folder = dataFolder();
    const server = hold(folder, 'server');
    const { url } = await server.said;
    await query(url, 'create table person (email text primary key)');
    await query(url, `insert into person values ('maria.planted@example.bg')`);
    await expect(query(url, `insert into person values ('maria.planted@example.bg')`)).rejects.toThrow('duplicate key');
    await expect(query(url, `select 'maria.planted@example.bg'::uuid`)).rejects.toThrow('invalid input syntax');
    await expect(query(url, `do $$ begin raise warning 'maria.planted@example.bg'; end $$`)).resolves.toEqual([]);
    await server.end('SIGTERM');
    const log = readFileSync(join(folder, 'postgres.log'), 'utf8');
    expect(log).toContain('database system is shut down');
    expect(log).not.toContain('maria.planted');
  });

  test('stops within 10 s of SIGTERM although somebody is in the middle of a transaction', async () => {
    const folder = dataFolder();
    const server = hold(folder, 'server');
    const { url } = await server.said;
    const busy = expect(query(url, 'begin; create table unfinished (); select pg_sleep(60)')).rejects.toThrow('terminat');
    const isBusy = `select 1 from pg_stat_activity where wait_event = 'PgSleep'`;
    while ((await query(url, isBusy)).length === 0) await sleep(20);
    const asked = Date.now();
    await server.end('SIGTERM');
    expect(Date.now() - asked).toBeLessThan(10_000);
    expect(processesOf(folder)).toEqual([]);
    await busy;
  });

  test('is gone soon after kill -9 of its parent, and what was committed is there again', async () => {
    const folder = dataFolder();
    const first = hold(folder, 'server');
    await query((await first.said).url, 'create table promise as select 42 as kept');
    await first.end('SIGKILL');
    expect(await comesTrue(() => processesOf(folder).length === 0, 5_000)).toBe(true);

    const second = hold(folder, 'server');
    expect(await query((await second.said).url, 'select kept from promise')).toEqual([{ kept: 42 }]);
  });

  test('starts at once after kill -9 of its parent, while the orphan is still stopping', async () => {
    const folder = dataFolder();
    const first = hold(folder, 'server');
    await first.said;
    await first.end('SIGKILL');
    expect(await hold(folder, 'server').said).toMatchObject({ owned: true });
  });

  test('starts after kill -9 of everything, and what was committed is there', async () => {
    const folder = dataFolder();
    const first = hold(folder, 'server');
    await query((await first.said).url, 'create table promise as select 42 as kept');
    killAll(folder);
    expect(await comesTrue(() => processesOf(folder).length === 0, 5_000)).toBe(true);
    expect(existsSync(join(folder, 'postgres', 'postmaster.pid'))).toBe(true);

    const second = hold(folder, 'server');
    expect(await query((await second.said).url, 'select kept from promise')).toEqual([{ kept: 42 }]);
  });

  test('takes over from an orphan whose watchdog was killed too', async () => {
    const folder = dataFolder();
    const first = hold(folder, 'server');
    await first.said;
    for (const { pid, command } of processesOf(folder)) {
      if (!command.includes('bin/postgres -D') || command.includes('watchdog')) process.kill(pid, 'SIGKILL');
    }
    expect(postgresOf(folder)).not.toEqual([]);
    expect(await hold(folder, 'server').said).toMatchObject({ owned: true });
  });

  test('starts although its stale lock file names a living process of somebody else', async () => {
    const folder = dataFolder();
    const first = hold(folder, 'server');
    await first.said;
    killAll(folder);
    expect(await comesTrue(() => processesOf(folder).length === 0, 5_000)).toBe(true);

    const lock = join(folder, 'postgres', 'postmaster.pid');
    const { uid, gid } = statSync(lock);
    // The same user's, because PostgreSQL ignores the number of a process that it may not signal.
    const stranger = spawn('sleep', ['60'], { uid, gid, stdio: 'ignore' });
    writeFileSync(lock, readFileSync(lock, 'utf8').replace(/^\d+/, String(stranger.pid)));
    expect(await hold(folder, 'server').said).toMatchObject({ owned: true });
    expect(stranger.exitCode ?? stranger.signalCode).toBe(null);
    stranger.kill();
  });

  test('refuses a second server on its folder while a command joins the first', async () => {
    const folder = dataFolder();
    const server = hold(folder, 'server');
    const { url } = await server.said;
    const refusal = startEmbeddedPostgres({ dataFolder: folder, purpose: 'server', log: () => {} });
    await expect(refusal).rejects.toMatchObject({ code: 'DATA_FOLDER_IN_USE', fix: expect.stringContaining('SAGLASIE_DATA') });

    const command = await startEmbeddedPostgres({ dataFolder: folder, purpose: 'command', log: () => {} });
    expect(command).toMatchObject({ url, owned: false });
    await command.stop();
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('serves a second command to its end, and only then makes room for a server', async () => {
    const folder = dataFolder();
    const owner = hold(folder, 'command');
    expect(await owner.said).toMatchObject({ owned: true });
    const guest = hold(folder, 'command');
    const { url, owned } = await guest.said;
    expect(owned).toBe(false);

    const ending = owner.end('SIGTERM');
    const server = hold(folder, 'server');
    expect(await query(url, 'select pg_sleep(0.5), 1 as one')).toMatchObject([{ one: 1 }]);
    expect(postgresOf(folder)).not.toEqual([]);
    await guest.end('SIGTERM');
    await ending;
    expect(await server.said).toMatchObject({ owned: true });
  });

  test('lets two first starts at the same moment end in one cluster', async () => {
    const folder = dataFolder();
    const [one, other] = await Promise.all([hold(folder, 'command').said, hold(folder, 'command').said]);
    expect([one.owned, other.owned].sort()).toEqual([false, true]);
    expect(one.url).toBe(other.url);
  });

  test('does an initialisation again that was killed half-way', async () => {
    const folder = dataFolder();
    const first = hold(folder, 'server');
    const drafts = (): string[] => readdirSync(folder).filter((name) => name.startsWith('postgres.init-'));
    const halfMade = (): boolean => drafts().some((draft) => existsSync(join(folder, draft, 'cluster', 'PG_VERSION')));
    expect(await comesTrue(halfMade, 10_000)).toBe(true);
    await first.end('SIGKILL');
    expect(existsSync(join(folder, 'postgres'))).toBe(false);
    expect(drafts()).toHaveLength(1);

    expect(await hold(folder, 'server').said).toMatchObject({ owned: true });
    expect(drafts()).toEqual([]);
  });

  test('sets a new password when its file was lost, and says what to do when it is the wrong one', async () => {
    const folder = dataFolder();
    const first = hold(folder, 'server');
    const { url } = await first.said;
    await first.end('SIGTERM');
    const file = join(folder, 'postgres.json');
    rmSync(file);
    const second = hold(folder, 'server');
    expect((await second.said).url).not.toContain(new URL(url).password);
    await second.end('SIGTERM');

    writeFileSync(file, readFileSync(file, 'utf8').replace(/"password":"[^"]+"/, '"password":"wrong"'));
    expect(await hold(folder, 'server').said).toEqual({ refused: 'PASSWORD_LOST' });
    expect(await comesTrue(() => postgresOf(folder).length === 0, 5_000)).toBe(true);
  });

  test('names the fix when the cluster is of another version, the folder is none, or the platform has no programs', async () => {
    const folder = dataFolder();
    const first = hold(folder, 'server');
    await first.said;
    await first.end('SIGTERM');
    writeFileSync(join(folder, 'postgres', 'PG_VERSION'), '17\n');
    expect(await hold(folder, 'server').said).toEqual({ refused: 'CLUSTER_VERSION_MISMATCH' });

    const underAFile = join(folder, 'postgres.json', 'data');
    expect(await hold(underAFile, 'server').said).toEqual({ refused: 'FOLDER_UNWRITABLE' });
    expect(() => locateBinaries('win32', 'x64')).toThrow(expect.objectContaining({ code: 'PLATFORM_UNSUPPORTED' }));
    expect(() => locateBinaries('linux', 'mips')).toThrow(expect.objectContaining({ code: 'PLATFORM_UNSUPPORTED' }));
  });

  test.skipIf(!isRoot)(
    'runs for root as an unprivileged user, from a clone and on data in a folder only root may enter',
    async () => {
      const closed = dataFolder();
      chmodSync(closed, 0o700);
      const clone = join(closed, 'clone');
      copyClone(clone);
      const folder = join(closed, 'data');
      const server = hold(folder, 'server', undefined, clone);
      const { url } = await server.said;
      expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
      expect(statSync(join(folder, 'postgres')).uid).not.toBe(0);
      const pid = readFileSync(join(folder, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0] ?? '';
      expect(execFileSync('ps', ['-o', 'uid=,command=', '-p', pid], { encoding: 'utf8' })).toMatch(
        new RegExp(`^ *[1-9].*${clone}/node_modules`),
      );
      await server.end('SIGTERM');
      expect(processesOf(folder)).toEqual([]);
    },
  );

  test('works for an ordinary user, whose folder root may use afterwards without taking it away', async ({ skip }) => {
    const user = isRoot ? ordinaryUser() : undefined;
    if (isRoot && !user) skip('an ordinary user cannot read this clone');
    const folder = dataFolder(user);
    const theirs = hold(folder, 'server', user);
    await query((await theirs.said).url, 'create table promise as select 42 as kept');
    await theirs.end('SIGTERM');
    const ownerBefore = statSync(join(folder, 'postgres')).uid;

    const roots = hold(folder, 'server');
    expect(await query((await roots.said).url, 'select kept from promise')).toEqual([{ kept: 42 }]);
    await roots.end('SIGTERM');
    expect(statSync(join(folder, 'postgres')).uid).toBe(ownerBefore);
    const again = hold(folder, 'server', user);
    expect(await again.said).toMatchObject({ owned: true });
  });
});

function ordinaryUser(): SystemUser | undefined {
  const numberOf = (flag: string): number => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  const user = { uid: numberOf('-u'), gid: numberOf('-g') };
  const reads = `require('node:fs').accessSync(process.argv[1])`;
  const probe = spawnSync(process.execPath, ['-e', reads, import.meta.filename], { ...user, cwd: '/' });
  return probe.status === 0 ? user : undefined;
}
