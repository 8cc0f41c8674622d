import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { appUrlFor, migrate } from './migrate.ts';

const name = `t_owner_${randomBytes(6).toString('hex')}`;
let superuser: pg.Client;
let ownerUrl: string;

beforeAll(async () => {
  superuser = new pg.Client({ connectionString: new URL('/postgres', inject('postgres').serverUrl).href });
  await superuser.connect();
  await superuser.query(`create role ${name} login createrole password 'p w:d/1'`);
  await superuser.query(`grant saglasie_app to ${name} with admin option`);
  await superuser.query(`create database ${name} owner ${name}`);
  const url = new URL(`/${name}`, inject('postgres').serverUrl);
  url.username = name;
  url.password = 'p w:d/1';
  ownerUrl = url.href;
  await migrate(ownerUrl);
});

afterAll(async () => {
  const appRole = ownerUrl && new URL(await appUrlFor(ownerUrl)).username;
  await superuser.query(`drop database ${name}`);
  await superuser.query(`drop role ${appRole}`);
  await superuser.query(`drop role ${name}`);
  await superuser.end();
});

test('an owner who is no superuser migrates, and the application signs in as a role of its own', async () => {
  const app = new pg.Client({ connectionString: await appUrlFor(ownerUrl) });
  await app.connect();
  const { rows } = await app.query(
    `select current_user <> $1 as other, rolsuper, rolcreaterole from pg_roles where rolname = current_user`,
    [name],
  );
  await app.end();
  expect(rows).toEqual([{ other: true, rolsuper: false, rolcreaterole: false }]);
});

test('a second start finds the role made, and needs no right to make roles any more', async () => {
  const first = await appUrlFor(ownerUrl);
  await superuser.query(`alter role ${name} nocreaterole`);
  expect(await appUrlFor(ownerUrl)).toBe(first);
  await superuser.query(`alter role ${name} createrole`);
});

test('a changed password of the owner is followed by the role', async () => {
  const before = await appUrlFor(ownerUrl);
  await superuser.query(`alter role ${name} password 'another'`);
  const url = new URL(ownerUrl);
  url.password = 'another';
  ownerUrl = url.href;

  const after = await appUrlFor(ownerUrl);
  expect(after).not.toBe(before);
  const app = new pg.Client({ connectionString: after });
  await app.connect();
  await app.end();
});
