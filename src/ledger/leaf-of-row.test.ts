import { beforeAll, expect, test } from 'vitest';
import { copyOut, uuidAt } from '#platform/database/copy-out.ts';
import { aContact, aNewsletter, anAct, staff, useStore } from '#test/support/factories.ts';
import { appendEntries } from './append-entries.ts';
import { findEntry } from './find-entry.ts';
import { canonicalEntry } from './leaf.ts';
import { canonicalOfRow, ID, LEAF_COLUMNS, LEAF_HASH, leafColumns, leafOfRow } from './leaf-of-row.ts';

const store = useStore();

const evidences = [
  {},
  { submission: 'a1', shown: true, place: 3, nothing: null },
  { я: 'б', a: 'with "quotes", \\ and \u0001', '\u20ac': '😂', '\ufb33': 'ю', '': '' },
  { 1: 1, 10: 1e30, 2: 4.5, __proto__x: -0.5, b: 1e-7, a: 123_456_789_012 },
  { long: 'щ'.repeat(9000) },
] as const;
const times = ['1999-12-31T23:59:59.999Z', '2000-01-01T00:00:00.000Z', '1970-01-01T00:00:00.001Z', '2026-11-24T09:08:07.065Z'];

beforeAll(() =>
  store.write(async (tx) => {
    const contactId = await aContact(tx);
    const act = await anAct(tx, contactId, await aNewsletter(tx));
    for (const evidence of evidences) {
      for (const time of times) {
        const occurredAt = new Date(time);
        await appendEntries(tx, [
          { ...act, kind: 'consent-refused', occurredAt, evidence },
          { kind: 'restricted', contactId, sourceId: act.sourceId, occurredAt, actor: staff, method: 'desk', evidence },
          {
            ...act,
            kind: 'consent-given',
            legalBasis: 'consent',
            permissionGround: 'consent',
            occurredAt,
            until: new Date('2199-02-28T00:00:00Z'),
          },
        ]);
      }
    }
  }),
);

test('a leaf computed from the bytes of a row is the one computed from the entry, and so is the text', async () => {
  const said: { id: string; text: string }[] = [];
  let broken = 0;
  const client = await store.session('app');
  await copyOut(
    client,
    `select ${leafColumns} from ledger_entry e left join ledger_salt s using (contact_id)`,
    LEAF_COLUMNS,
    (row) => {
      const kept = row.at[LEAF_HASH] ?? 0;
      if (leafOfRow(row)?.compare(row.bytes, kept, kept + 32) !== 0) broken += 1;
      said.push({ id: uuidAt(row.bytes, row.at[ID] ?? 0), text: canonicalOfRow(row)?.toString() ?? 'none' });
    },
  );
  client.release();
  expect(broken).toBe(0);
  expect(said.length).toBeGreaterThan(evidences.length * times.length * 3);
  for (const { id, text } of said) {
    const entry = await findEntry(store.db, id);
    if (!entry) throw new Error('no entry');
    expect(text).toBe(canonicalEntry(entry));
  }
});
