import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { appUrlFor, DatabaseRefused, listMigrations, migrate } from '#platform/database/migrate.ts';
import { digestOf } from '#test/support/digest.ts';
import { onDatabase, urlOf } from '#test/support/on-database.ts';

const name = `saglasie_test_${randomBytes(6).toString('hex')}`;
let url: string;

beforeAll(async () => {
  const { serverUrl } = inject('postgres');
  await onDatabase(serverUrl, `create database ${name}`);
  url = urlOf(serverUrl, name);
});
afterAll(() => onDatabase(inject('postgres').serverUrl, `drop database if exists ${name} with (force)`));

async function ask(databaseUrl: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

describe('migrate', () => {
  test('of processes that start at once, each ends with the same schema, applied once', async () => {
    await Promise.all([migrate(url), migrate(url), migrate(url)]);
    expect(
      (await ask(url, 'select name from saglasie.migration order by name')).map((row) => (row as { name: string }).name),
    ).toEqual(await listMigrations());
  });

  test('changes nothing when there is nothing to do', async () => {
    const before = await digestOf(url);
    await migrate(url);
    expect(await digestOf(url)).toBe(before);
  });

  test('refuses a migration that was edited after it had been applied, and a database of a newer version', async () => {
    await onDatabase(url, `update saglasie.migration set sha256 = 'other' where name like '0001%'`);
    await expect(migrate(url)).rejects.toThrow(/0001_foundation.sql was edited/);
    await onDatabase(url, `insert into saglasie.migration (name, sha256) values ('9999_later.sql', '')`);
    await expect(migrate(url)).rejects.toThrow(DatabaseRefused);
    await expect(migrate(url)).rejects.toThrow(/newer Saglasie/);
  });
});

describe('appUrlFor', () => {
  test('gives every process the same role, which owns nothing and may do nothing special', async () => {
    const [one, other] = await Promise.all([appUrlFor(url), appUrlFor(url)]);
    expect(one).toBe(other);
    expect(
      await ask(
        one,
        `select rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls from pg_roles where rolname = current_user`,
      ),
    ).toEqual([{ rolsuper: false, rolcreaterole: false, rolcreatedb: false, rolreplication: false, rolbypassrls: false }]);
    expect(await ask(one, `select count(*)::int as n from pg_class where relowner = current_user::regrole`)).toEqual([{ n: 0 }]);
  });

  test('gives a role that cannot reach for the schema', async () => {
    const app = await appUrlFor(url);
    for (const statement of [
      'create table public.mine (id int)',
      'create schema mine',
      'create role mine',
      'drop table saglasie.contact',
      'create function saglasie.f() returns int language sql as $$ select 1 $$',
    ]) {
      await expect(ask(app, statement), statement).rejects.toMatchObject({ code: '42501' });
    }
  });
});
