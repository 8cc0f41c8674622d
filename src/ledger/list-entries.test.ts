import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { objectTo } from '#src/consent/object.ts';
import { withdrawConsent } from '#src/consent/withdraw-consent.ts';
import type { Purpose } from '#src/purposes/purpose.ts';
import { aConsent, aContact, aNewsletter, anAct, useStore } from '#test/support/factories.ts';
import { type EntryFilter, type ListedEntry, listEntries } from './list-entries.ts';

const store = useStore();
let newsletter: Purpose;
let other: Purpose;
const people: string[] = [];
beforeAll(async () => {
  await store.write(async (tx) => {
    newsletter = await aNewsletter(tx);
    other = await aNewsletter(tx);
    for (let at = 0; at < 6; at += 1) people.push(await aContact(tx));
    for (const person of people) await aConsent(tx, person, newsletter);
  });
  await store.write(async (tx) => {
    const [first = '', second = ''] = people;
    await aConsent(tx, first, other, { method: 'phone' });
    await withdrawConsent(tx, await anAct(tx, first, newsletter));
    await objectTo(tx, await anAct(tx, second, newsletter));
  });
});

const all = async (filter: EntryFilter = {}, limit = 3, window = 4): Promise<ListedEntry[]> => {
  const seen: ListedEntry[] = [];
  let before: string | undefined;
  for (let page = 0; page < 200; page += 1) {
    const found = await listEntries(store.db, filter, { limit, before, window });
    expect(found.entries.length).toBeLessThanOrEqual(limit);
    seen.push(...found.entries);
    if (!found.next) return seen;
    before = found.next;
  }
  throw new Error('the list does not end');
};
const inTheDatabase = async (where = 'true') =>
  (await store.owner(`select id from ledger_entry where ${where} order by id desc`)).rows.map((row) => row.id as string);

describe('listEntries', () => {
  test('pages follow one another, newest first, each entry once', async () => {
    expect((await all()).map(({ id }) => id)).toEqual(await inTheDatabase());
  });

  test.each<[string, () => EntryFilter, () => string]>([
    ['kind, a seldom one', () => ({ kind: 'consent-withdrawn' as const }), () => `kind = 'consent-withdrawn'`],
    ['kind, a common one', () => ({ kind: 'consent-given' as const }), () => `kind = 'consent-given'`],
    ['purpose', () => ({ purposeId: other.id }), () => `purpose_id = '${other.id}'`],
    [
      'purpose and kind',
      () => ({ purposeId: newsletter.id, kind: 'objected' as const }),
      () => `purpose_id = '${newsletter.id}' and kind = 'objected'`,
    ],
    ['channel', () => ({ channel: 'email' }), () => `channel = 'email'`],
    ['method', () => ({ method: 'phone' }), () => `method = 'phone'`],
    ['actor', () => ({ actor: 'staff' }), () => `actor = 'staff'`],
    ['people', () => ({ contactIds: people.slice(0, 2) }), () => `contact_id in ('${people[0]}', '${people[1]}')`],
    ['nobody', () => ({ contactIds: [] }), () => 'false'],
    ['someone unknown', () => ({ contactIds: [randomUUID()] }), () => 'false'],
  ])('finds by %s exactly what is there, however small the window it looks through', async (_what, filter, where) => {
    expect((await all(filter())).map(({ id }) => id)).toEqual(await inTheDatabase(where()));
    expect((await all(filter(), 100, 50_000)).map(({ id }) => id)).toEqual(await inTheDatabase(where()));
  });

  test('finds by the time of recording and by the time it happened', async () => {
    const entries = await all({}, 100, 50_000);
    const middle = entries[Math.floor(entries.length / 2)];
    if (!middle) throw new Error('there are no entries');
    const from = new Date(Number.parseInt(middle.id.replaceAll('-', '').slice(0, 12), 16));
    const newer = await all({ from });
    expect(newer.length).toBeGreaterThan(0);
    expect((await all({ to: from })).length + newer.length).toBe(entries.length);
    const happened = middle.occurredAt;
    expect((await all({ happenedFrom: happened })).map(({ id }) => id)).toEqual(
      entries.filter((one) => one.occurredAt >= happened).map(({ id }) => id),
    );
    expect((await all({ happenedTo: happened })).map(({ id }) => id)).toEqual(
      entries.filter((one) => one.occurredAt < happened).map(({ id }) => id),
    );
  });

  test('says when it stopped looking before the beginning', async () => {
    const page = await listEntries(store.db, { method: 'phone' }, { limit: 5, window: 3 });
    expect(page).toMatchObject({ entries: [{ method: 'phone' }], isPartial: true });
    expect((await listEntries(store.db, {}, { limit: 100 })).isPartial).toBe(false);
  });
});
