import { randomBytes, randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { tablesOfFacts } from '#src/open-services.ts';
import { aConsent, aContact, aNewsletter, anAct, useStore } from '#test/support/factories.ts';

const store = useStore();
let entry: Record<string, unknown>;

beforeAll(async () => {
  await store.write(async (tx) => {
    const newsletter = await aNewsletter(tx);
    const contactId = await aContact(tx);
    const act = await anAct(tx, contactId, newsletter);
    await aConsent(tx, contactId, newsletter);
    entry = {
      kind: 'consent-given',
      contact_id: contactId,
      purpose_id: newsletter.id,
      purpose_version: 1,
      channel: 'email',
      legal_basis: 'consent',
      permission_ground: 'consent',
      occurred_at: '2026-01-01T10:00:00Z',
      source_id: act.sourceId,
      notice_hash: Buffer.from(act.noticeHash, 'hex'),
      language: 'bg',
      actor: 'contact',
      method: 'form',
    };
  });
  const form = await store.app(`insert into form (slug) values ('a-form') returning id`);
  await store.app(
    `insert into form_version (form_id, number, definition, notice_hashes) values ($1, 1, '{}', '{"bg": "00", "en": "11"}')`,
    [form.rows[0].id],
  );
  await store.app(`insert into audit_entry (actor, action) values ('system', 'test.made')`);
  await store.owner(`insert into ledger_erased (id, leaf_hash) values ($1, sha256('leaf'))`, [randomUUID()]);
  await store.app(`insert into erasure_journal (contact_id, reason) values ($1, 'request')`, [randomUUID()]);
  await store.app(
    `insert into ledger_leaf (position, entry_id, leaf_hash) select 0, entry_id, leaf_hash from ledger_waiting limit 1`,
  );
  await store.app(`insert into ledger_tile (level, number, root) values (0, 0, sha256('tile'))`);
  await store.app(`insert into ledger_checkpoint (number, size, root, note) values (0, 1, sha256('root'), 'note')`);
  await store.app(`insert into ledger_key (name, public_key) values ('log', sha256('key'))`);
  await store.app(`insert into ledger_cosignature (checkpoint, witness, line) values (0, 'witness', 'line')`);
  await store.app(`insert into ledger_timestamp (checkpoint, token, stamped_at) values (0, 'token', now())`);
});

const insert = (overrides: Record<string, unknown>) => {
  const row: Record<string, unknown> = { id: randomUUID(), leaf_hash: randomBytes(32), ...entry, ...overrides };
  const names = Object.keys(row);
  return store.app(
    `insert into ledger_entry (${names.join(', ')}) values (${names.map((_, at) => `$${at + 1}`).join(', ')})`,
    Object.values(row),
  );
};

describe('Facts are added and never changed', () => {
  test.each([...tablesOfFacts])('%s: neither the application nor the owner changes, deletes or empties it', async (table) => {
    const [column] = await store
      .owner(
        `select column_name as name from information_schema.columns where table_schema = 'saglasie' and table_name = $1 order by ordinal_position limit 1`,
        [table],
      )
      .then(({ rows }) => rows);
    const { rows: held } = await store.owner(`select count(*)::int as n from ${table}`);
    expect(held[0].n, 'there is a row to lose').toBeGreaterThan(0);
    for (const statement of [
      `update ${table} set ${column.name} = ${column.name}`,
      `delete from ${table}`,
      `truncate ${table} cascade`,
    ]) {
      await expect(store.app(statement), statement).rejects.toMatchObject({ code: '42501' });
      await expect(store.owner(statement), statement).rejects.toMatchObject({ code: 'SG001' });
    }
    expect(await store.owner(`select count(*)::int as n from ${table}`).then(({ rows }) => rows)).toEqual(held);
  });

  test('a suppression may begin anew but not end', async () => {
    await store.app(`insert into suppression (match_hash, reason) values (sha256('x'), 'objected')`);
    await expect(store.app('delete from suppression')).rejects.toMatchObject({ code: '42501' });
    await expect(store.owner('delete from suppression')).rejects.toMatchObject({ code: 'SG001' });
    await expect(store.owner('truncate suppression')).rejects.toMatchObject({ code: 'SG001' });
    await expect(store.app(`update suppression set reason = 'not-me'`)).rejects.toMatchObject({ code: '42501' });
    await expect(store.app(`update suppression set match_hash = sha256('y')`)).rejects.toMatchObject({ code: '42501' });
    await store.app(`update suppression set suppressed_at = '2020-01-01' where match_hash = sha256('x')`);
    const { rows } = await store.owner(
      `select suppressed_at > now() - interval '1 hour' as recent from suppression where match_hash = sha256('x')`,
    );
    expect(rows, 'it does not get older than the consent it outlived').toEqual([{ recent: true }]);
  });

  test('pretending to be an erasure opens nothing', async () => {
    const session = await store.session('app');
    try {
      await session.query('begin');
      await session.query(`set local saglasie.erasing = 'on'`);
      await expect(session.query('delete from ledger_entry')).rejects.toMatchObject({ code: '42501' });
    } finally {
      await session.query('rollback');
      session.release();
    }
  });

  test('even the owner, pretending, can empty no other table of facts', async () => {
    const session = await store.session('owner');
    try {
      for (const table of tablesOfFacts.filter((name) => name !== 'ledger_entry')) {
        await session.query('begin');
        await session.query(`set local saglasie.erasing = 'on'`);
        await expect(session.query(`delete from ${table}`), table).rejects.toMatchObject({ code: 'SG001' });
        await session.query('rollback');
      }
    } finally {
      session.release();
    }
  });

  test('the function that empties a ledger serves only an erasure that is in the journal', async () => {
    await expect(store.app('select erase_ledger_of(array[$1::uuid])', [entry.contact_id])).rejects.toMatchObject({
      code: 'SG005',
    });
  });

  test('a contact cannot be written into the journal, lose what it once said, and stay', async () => {
    const session = await store.session('app');
    try {
      await session.query('begin');
      await session.query(`insert into erasure_journal (contact_id, reason) values ($1, 'request')`, [entry.contact_id]);
      await session.query('select erase_ledger_of(array[$1::uuid])', [entry.contact_id]);
      await expect(session.query('commit')).rejects.toMatchObject({ code: 'SG005' });
    } finally {
      session.release();
    }
  });

  test('a contact cannot be deleted past its erasure, nor all of them at once', async () => {
    await expect(store.app('delete from contact where id = $1', [entry.contact_id])).rejects.toMatchObject({ code: 'SG005' });
    await expect(store.owner('delete from contact where id = $1', [entry.contact_id])).rejects.toMatchObject({ code: 'SG005' });
    await expect(store.owner('truncate contact cascade')).rejects.toMatchObject({ code: 'SG001' });
  });
});

describe('What is not provable is not taken down', () => {
  test('the entry these tests vary is itself accepted', async () => {
    await insert({});
  });

  test.each([
    ['consent without the text that was shown', { notice_hash: null }, '23514'],
    ['consent to a text that was never recorded', { notice_hash: randomBytes(32) }, '23503'],
    ['consent to no purpose', { purpose_id: null, purpose_version: null }, '23514'],
    ['consent to no channel', { channel: null }, '23514'],
    ['consent that names no legal basis', { legal_basis: null }, '23514'],
    ['consent that names no ground for the channel', { permission_ground: null }, '23514'],
    ['consent on another basis', { legal_basis: 'contract' }, '23514'],
    ['consent by soft opt-in', { permission_ground: 'soft-opt-in' }, '23514'],
    ['a renewal without the text', { kind: 'consent-renewed', notice_hash: null }, '23514'],
    ['a version of the purpose that never was', { purpose_version: 2 }, '23503'],
    ['a purpose without its version', { purpose_version: null }, '23514'],
    [
      'a withdrawal of nothing in particular',
      { kind: 'consent-withdrawn', purpose_id: null, purpose_version: null, channel: null },
      '23514',
    ],
    [
      'an end of no basis in particular',
      { kind: 'basis-ended', purpose_id: null, purpose_version: null, channel: null },
      '23514',
    ],
    ['a basis that is consent', { kind: 'basis-asserted' }, '23514'],
    ['a restriction of one purpose only', { kind: 'restricted' }, '23514'],
    ['a kind nobody knows', { kind: 'consent-assumed' }, '23514'],
    ['an entry of staff that does not say who', { actor: 'staff' }, '23514'],
    ['an entry of the person in the name of staff', { actor_id: randomUUID() }, '23514'],
    ['a consent that ends before it begins', { until: '2025-12-31T00:00:00Z' }, '23514'],
    ['an entry without a source', { source_id: null }, '23502'],
    ['an entry from a source that does not exist', { source_id: randomUUID() }, '23503'],
    ['a leaf that is no hash', { leaf_hash: Buffer.alloc(31) }, '23514'],
    ['an entry of nobody', { contact_id: randomUUID() }, 'SG004'],
    ['an entry of the future', { occurred_at: new Date(Date.now() + 120_000).toISOString() }, 'SG004'],
  ])('%s is refused', async (_, overrides, code) => {
    await expect(insert(overrides)).rejects.toMatchObject({ code });
  });

  test('when an entry was recorded is the database’s word, not the application’s', async () => {
    await expect(insert({ recorded_at: '2020-01-01T00:00:00Z' })).rejects.toMatchObject({ code: '42501' });
  });

  test.each([
    [
      `insert into permission_state (contact_id, purpose_id, channel, register, kind, occurred_at, strictness, entry_id)
      values (gen_random_uuid(), gen_random_uuid(), 'email', 'consent', 'consent-given', now(), 0, gen_random_uuid())`,
    ],
    [`update permission_state set kind = 'consent-given'`],
    ['delete from permission_state'],
    ['truncate permission_state'],
    [`insert into ledger_erased (id, leaf_hash) values (gen_random_uuid(), sha256('a'))`],
    [`update ledger_salt set salt = sha256('known')`],
    ['delete from ledger_salt'],
    ['alter table ledger_entry disable trigger all'],
    ['drop trigger ledger_entry_is_a_fact on ledger_entry'],
    ['set session_replication_role = replica'],
    ['create or replace function strictness_of(kind text) returns smallint language sql as $$ select 0::smallint $$'],
    ['create table saglasie.ledger_copy (id uuid)'],
  ])('the application may not: %s', async (statement) => {
    await expect(store.app(statement)).rejects.toMatchObject({ code: '42501' });
  });
});
