import { describe, expect, test } from 'vitest';
import { assertSafeDatabase, checkDatabaseSafety } from '#platform/database/assert-safe.ts';
import { connect } from '#platform/database/connect.ts';
import { tablesOfFacts } from '#src/open-services.ts';
import { unique, useStore } from '#test/support/factories.ts';

const store = useStore();

/** What is wrong in the eyes of a role of this making, besides the durability of the test server. */
async function findingsFor(attributes: string, ...grants: string[]): Promise<string[]> {
  const role = unique('role_');
  await store.owner(`create role ${role} login password 'x' ${attributes}`);
  const url = new URL(store.urls.ownerUrl);
  url.username = role;
  url.password = 'x';
  const connection = connect(url.href, { max: 1 });
  try {
    for (const grant of [`grant saglasie_app to ${role}`, ...grants]) await store.owner(grant.replaceAll('$role', role));
    const findings = await checkDatabaseSafety(connection.db, tablesOfFacts);
    return findings.filter(({ holds, check }) => !holds && !DURABILITY.includes(check)).map(({ check }) => check);
  } finally {
    await connection.close();
    await store.owner(`reassign owned by ${role} to current_user; drop owned by ${role}; drop role ${role}`);
  }
}

const DURABILITY = ['fsync', 'full_page_writes', 'synchronous_commit'];

describe('Saglasie refuses to run on a database', () => {
  test('whose commits may be lost, and names every setting', async () => {
    const { rows } = await store.app(`select name from pg_settings where name = any($1) and setting = 'off'`, [DURABILITY]);
    const findings = await checkDatabaseSafety(store.db, tablesOfFacts);
    expect(
      findings
        .filter(({ holds }) => !holds)
        .map(({ check }) => check)
        .sort(),
    ).toEqual(rows.map(({ name }) => name).sort());
    if (rows.length === 0) return;
    await expect(assertSafeDatabase(store.db, tablesOfFacts)).rejects.toThrow(
      new RegExp(
        rows
          .map(({ name }) => name)
          .sort((a, b) => DURABILITY.indexOf(a) - DURABILITY.indexOf(b))
          .join('[^]*'),
      ),
    );
  });

  test('whose role lets commits return before they are on disk', async () => {
    const role = decodeURIComponent(new URL(store.urls.appUrl).username);
    const holdsWith = async (setting: string) => {
      await store.owner(`alter role "${role}" set synchronous_commit = ${setting}`);
      const connection = connect(store.urls.appUrl, { max: 1 });
      const findings = await checkDatabaseSafety(connection.db, tablesOfFacts);
      await connection.close();
      return findings.find(({ check }) => check === 'synchronous_commit')?.holds;
    };
    expect(await holdsWith('off')).toBe(false);
    expect(await holdsWith('local')).toBe(false);
    expect(await holdsWith('on')).toBe(true);
    expect(await holdsWith('remote_apply')).toBe(true);
    await store.owner(`alter role "${role}" reset synchronous_commit`);
  });

  test('where it would be a superuser, or could make roles or databases, or pass row security', async () => {
    for (const power of ['createrole', 'createdb', 'bypassrls']) {
      expect(await findingsFor(power), power).toEqual(['role has no special powers']);
    }
    expect(await findingsFor('superuser')).toEqual(
      expect.arrayContaining(['role has no special powers', 'role owns nothing', 'facts cannot be changed']),
    );
  });

  test('where it owns a table, by itself or through a role it belongs to', async () => {
    const owner = unique('owner_');
    await store.owner(`create role ${owner}; create table owned (id int); alter table owned owner to ${owner}`);
    expect(await findingsFor('', `create table mine (id int); alter table mine owner to $role`)).toContain('role owns nothing');
    expect(await findingsFor('', `grant ${owner} to $role`)).toEqual(['role owns nothing']);
    expect(await findingsFor('', `grant ${owner} to $role with inherit false`), 'it could SET ROLE').toEqual([
      'role owns nothing',
    ]);
    await store.owner(`drop table owned; drop role ${owner}; drop table if exists mine`);
  });

  test.each([...tablesOfFacts])('where it may change, delete or empty %s', async (table) => {
    for (const right of ['update', 'delete', 'truncate']) {
      expect(await findingsFor('', `grant ${right} on ${table} to $role`), right).toEqual(['facts cannot be changed']);
    }
  });

  test('where it may change a single column of the ledger', async () => {
    expect(await findingsFor('', `grant update (kind) on ledger_entry to $role`)).toEqual(['facts cannot be changed']);
  });

  test('and only then: the role of the application itself passes', async () => {
    expect(await findingsFor('')).toEqual([]);
    await assertSafeDatabase(store.db, tablesOfFacts, { allowUnsafeDurability: true });
  });
});
