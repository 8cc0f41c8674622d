import { createHash, createHmac, randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { objectTo } from '#src/consent/object.ts';
import { appendEntries } from '#src/ledger/append-entries.ts';
import { findEntry } from '#src/ledger/find-entry.ts';
import { canonicalEntry, entryKey, leafHashOf } from '#src/ledger/leaf.ts';
import { aConsent, aContact, aNewsletter, anAct, aPurpose, aSource, staff, useStore } from '#test/support/factories.ts';

const store = useStore();
let contactId: string;
let entryId: string;

beforeAll(async () => {
  await store.write(async (tx) => {
    const newsletter = await aNewsletter(tx);
    contactId = await aContact(tx);
    await aContact(tx);
    await aConsent(tx, contactId, newsletter, { validMonths: 12 });
    const act = await anAct(tx, contactId, newsletter);
    await objectTo(tx, { contactId, sourceId: act.sourceId, actor: act.actor, method: 'rights-page' });
    const [entry] = await appendEntries(tx, [
      {
        ...act,
        kind: 'consent-renewed',
        legalBasis: 'consent',
        permissionGround: 'consent',
        occurredAt: new Date(),
        until: new Date('2099-01-01'),
        actor: staff,
        evidence: { submission: 'a1', shown: true, place: 3 },
      },
    ]);
    entryId = entry?.id ?? '';
    await aPurpose(tx, { slug: 'another-purpose' });
    await aSource(tx, { label: 'another source' });
  });
});

/** Runs a change past every protection, as somebody with the owner's password would, and takes it back afterwards. */
async function tampered<T>(statement: string, values: unknown[], look: () => Promise<T>): Promise<T> {
  const triggers = (
    state: 'disable' | 'enable',
  ) => `alter table ledger_entry ${state} trigger all; alter table permission_state ${state} trigger all;
    alter table ledger_salt ${state} trigger all`;
  await store.owner(
    `create table before_e as table ledger_entry; create table before_s as table permission_state; create table before_k as table ledger_salt`,
  );
  try {
    await store.owner(triggers('disable'));
    await store.owner(statement, values);
    return await look();
  } finally {
    await store.owner(`delete from ledger_entry; delete from permission_state; delete from ledger_salt;
      insert into ledger_entry table before_e; insert into permission_state table before_s; insert into ledger_salt table before_k;
      drop table before_e, before_s, before_k; ${triggers('enable')}`);
  }
}

describe('The ledger proves itself', () => {
  test('untouched, it holds', async () => {
    expect(await store.verify()).toMatchObject({
      holds: true,
      brokenEntries: 0,
      permissionDifferences: 0,
      firstBrokenEntry: null,
    });
  });

  test.each([
    ['kind', `'consent-given'`],
    ['contact_id', `(select id from contact where id <> contact_id limit 1)`],
    ['purpose_id', `(select id from purpose where slug = 'another-purpose')`],
    ['channel', `'sms'`],
    ['legal_basis', `'contract'`],
    ['permission_ground', `'soft-opt-in'`],
    ['occurred_at', `occurred_at - interval '1 millisecond'`],
    ['until', `until + interval '1 year'`],
    ['until', 'null'],
    ['source_id', `(select id from source where label = 'another source')`],
    ['notice_hash', `(select hash from notice_text where hash <> notice_hash limit 1)`],
    ['language', `'en'`],
    ['actor', `'api'`],
    ['actor_id', 'gen_random_uuid()'],
    ['method', `'preference-centre'`],
    ['evidence', `evidence || '{"place": 4}'`],
    ['evidence', `evidence - 'shown'`],
    ['evidence', `'{}'`],
    ['leaf_hash', `sha256('another leaf')`],
    ['id', 'uuidv7()'],
  ])('a changed %s (to %s) is found', async (column, value) => {
    const found = await tampered(`update ledger_entry set ${column} = ${value} where id = $1`, [entryId], () =>
      store.verify(),
    ).catch(refusedByCheck);
    // Either the database does not even store it, or verification finds it.
    if (found) expect(found).toMatchObject({ holds: false, brokenEntries: 1 });
    expect(await store.verify()).toMatchObject({ holds: true });
  });

  test('a purpose version cannot be changed to one that never was, and a changed one is found', async () => {
    await store.owner(
      `update purpose set explanation = explanation || '{"en": "More."}' where id = (select purpose_id from ledger_entry where id = $1)`,
      [entryId],
    );
    expect(
      await tampered('update ledger_entry set purpose_version = 2 where id = $1', [entryId], () => store.verify()),
    ).toMatchObject({
      holds: false,
      brokenEntries: 1,
      firstBrokenEntry: entryId,
    });
  });

  test('every column of an entry is under its leaf, but the time the database itself wrote down', async () => {
    const { rows } = await store.owner(
      `select column_name as name from information_schema.columns where table_schema = 'saglasie' and table_name = 'ledger_entry'`,
    );
    const said = JSON.parse(canonicalEntry((await findEntry(store.db, entryId)) ?? failed()));
    const names: Record<string, string> = {
      contact_id: 'contact',
      purpose_id: 'purpose',
      source_id: 'source',
      notice_hash: 'notice',
    };
    const left = rows
      .map(({ name }) => name)
      .filter((name) => !((names[name] ?? name.replace(/_(\w)/g, (_: string, letter: string) => letter.toUpperCase())) in said));
    expect(left.sort()).toEqual(['leaf_hash', 'recorded_at']);
  });

  test.each([
    ['kind', `update permission_state set kind = 'consent-given' where kind = 'consent-renewed'`],
    ['until', `update permission_state set until = null where until is not null`],
    ['time', `update permission_state set occurred_at = occurred_at - interval '1 second' where register = 'objection'`],
    ['ground', `update permission_state set permission_ground = 'soft-opt-in' where register = 'basis'`],
    ['entry', `update permission_state set entry_id = gen_random_uuid() where register = 'objection'`],
    ['a missing row', `delete from permission_state where register = 'objection'`],
    [
      'an invented row',
      `insert into permission_state select contact_id, purpose_id, 'sms', register, kind, occurred_at, strictness, entry_id, until, legal_basis, permission_ground from permission_state where register = 'consent'`,
    ],
  ])('a permission that the ledger does not give is found: %s', async (_, statement) => {
    expect(await tampered(statement, [], () => store.verify())).toMatchObject({
      holds: false,
      brokenEntries: 0,
      permissionDifferences: expect.toSatisfy((n: number) => n > 0),
      firstPermissionDifference: expect.stringMatching(/^[0-9a-f-]{36}\/[0-9a-f-]{36}\/.+\/.+$/),
    });
  });

  test('an entry whose permission still counts cannot vanish unnoticed', async () => {
    expect(await tampered('delete from ledger_entry where id = $1', [entryId], () => store.verify())).toMatchObject({
      holds: false,
    });
  });
});

describe('A leaf', () => {
  test('is, byte for byte, what its format says: entries of years ago must still verify', () => {
    const salt = createHash('sha256').update('a salt').digest();
    const entry = {
      id: '019aaaaa-0000-7000-8000-000000000001',
      kind: 'consent-given',
      contactId: '019aaaaa-0000-7000-8000-000000000002',
      purpose: { id: '019aaaaa-0000-7000-8000-000000000003', version: 4 },
      channel: 'email',
      legalBasis: 'consent',
      permissionGround: 'consent',
      occurredAt: new Date('2026-11-23T10:00:00.123Z'),
      until: new Date('2027-11-23T10:00:00Z'),
      sourceId: '019aaaaa-0000-7000-8000-000000000005',
      noticeHash: 'ab'.repeat(32),
      language: 'bg',
      actor: { kind: 'staff', staffId: '019aaaaa-0000-7000-8000-000000000006' },
      method: 'phone',
      evidence: { я: 'б', a: 1, A: null },
    } as const;
    const said =
      '{"actor":"staff","actorId":"019aaaaa-0000-7000-8000-000000000006","channel":"email","contact":"019aaaaa-0000-7000-8000-000000000002",' +
      '"evidence":{"A":null,"a":1,"я":"б"},"format":1,"id":"019aaaaa-0000-7000-8000-000000000001","kind":"consent-given","language":"bg",' +
      `"legalBasis":"consent","method":"phone","notice":"${'ab'.repeat(32)}","occurredAt":"2026-11-23T10:00:00.123Z","permissionGround":"consent",` +
      '"purpose":"019aaaaa-0000-7000-8000-000000000003","purposeVersion":4,"source":"019aaaaa-0000-7000-8000-000000000005","until":"2027-11-23T10:00:00.000Z"}';
    const key = createHmac('sha256', salt).update(`saglasie ledger v1|${entry.id}\x01`).digest();
    const commitment = createHmac('sha256', key).update(said).digest();
    const leaf = createHash('sha256')
      .update(Buffer.concat([Buffer.from([0, 1]), commitment]))
      .digest();

    expect(canonicalEntry(entry)).toBe(said);
    expect(leafHashOf(salt, entry)).toEqual(leaf);
    expect(leaf.toString('hex')).toBe('68d0e2c88e2e90fbf88a9fbf02b7dc50a338cee16b6088a786e2549c99794e19');
  });

  test('opened for a receipt opens no other entry of the same person', () => {
    const salt = randomBytes(32);
    expect(entryKey(salt, contactId)).not.toEqual(entryKey(salt, entryId));
    expect(entryKey(salt, contactId)).not.toEqual(salt);
  });

  test('is recomputed from the entry and the salt alone', async () => {
    const entry = (await findEntry(store.db, entryId)) ?? failed();
    const { rows } = await store.owner('select salt from ledger_salt where contact_id = $1', [contactId]);
    expect(leafHashOf(rows[0].salt, entry)).toEqual(entry.leafHash);
  });

  test('cannot be opened, or guessed at, without the salt', async () => {
    const entry = (await findEntry(store.db, entryId)) ?? failed();
    for (const guess of [Buffer.alloc(32), randomBytes(32), Buffer.from(contactId)])
      expect(leafHashOf(guess, entry)).not.toEqual(entry.leafHash);
    const lost = await tampered('delete from ledger_salt where contact_id = $1', [contactId], () => store.verify());
    expect(lost.brokenEntries).toBeGreaterThan(0);
  });

  test('of equal entries of two people, or of two moments, tells nothing: they all differ', async () => {
    const entry = (await findEntry(store.db, entryId)) ?? failed();
    const salt = randomBytes(32);
    const leaves = [leafHashOf(salt, entry), leafHashOf(randomBytes(32), entry), leafHashOf(salt, { ...entry, id: contactId })];
    expect(new Set(leaves.map((leaf) => leaf.toString('hex'))).size).toBe(3);
  });
});

function refusedByCheck(cause: { code?: string }): undefined {
  if (cause.code !== '23514') throw cause;
}

function failed(): never {
  throw new Error('the entry of this test is not there');
}
