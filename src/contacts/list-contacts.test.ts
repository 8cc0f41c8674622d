import { beforeAll, describe, expect, test } from 'vitest';
import { withdrawConsent } from '#src/consent/withdraw-consent.ts';
import { eraseContact } from '#src/erasure/erase-contact.ts';
import { mayProcess } from '#src/permission/may-process.ts';
import type { Purpose } from '#src/purposes/purpose.ts';
import { aConsent, aContact, aNewsletter, anAct, aPurpose, unique, useStore } from '#test/support/factories.ts';
import { type ContactSort, contactSorts } from './contact.ts';
import { type ContactFilter, countContacts, listContacts } from './list-contacts.ts';

const store = useStore();
let contract: Purpose;
let newsletter: Purpose;
const ids: string[] = [];

// Equal names, no names, both alphabets: whatever makes an order ambiguous.
const names = [
  ['Мария', 'Георгиева'],
  ['Мария', 'Георгиева'],
  ['Иван', 'Петров'],
  ['Anna', 'Müller'],
  ['Anna', null],
  [null, 'Петрова'],
  [null, null],
  [null, null],
  ['100%', 'Сигурен'],
  ['a_b', 'c\\d'],
  ['İpek', 'ΟΔΟΣ'],
  ['Ян', 'Ли'],
] as const;

beforeAll(async () => {
  [contract, newsletter] = await store.write(async (tx) => [await aPurpose(tx), await aNewsletter(tx)] as const);
  for (const [at, [givenName, familyName]] of names.entries()) {
    ids.push(
      await store.write((tx) =>
        aContact(tx, {
          purpose: contract.id,
          givenName,
          familyName,
          company: at % 3 === 0 ? 'Роза ООД' : null,
          email: at === 2 ? 'ivan.petrov@пример.бг' : `${unique('p')}@example.bg`,
          phone: at === 3 ? '+359 88 812 34 56' : null,
          language: at % 2 ? 'en' : 'bg',
          country: at % 4 ? 'BG' : 'DE',
          ...(at === 7 ? { legalBasis: 'unknown', source: { kind: 'import', label: 'Стар списък', obtainedFrom: 'other' } } : {}),
        }),
      ),
    );
  }
  await store.write(async (tx) => {
    for (const id of [ids[0], ids[1], ids[2]]) await aConsent(tx, id ?? '', newsletter);
    await withdrawConsent(tx, await anAct(tx, ids[1] ?? '', newsletter));
  });
  // Many changed in the same millisecond, as an import leaves them.
  await store.owner(`update contact set updated_at = '2026-01-01' where id = any($1)`, [ids.slice(0, 6)]);
});

async function visit(sort: ContactSort, limit: number, filter: ContactFilter = {}): Promise<string[]> {
  const visited: string[] = [];
  let after: { value: string; id: string } | undefined;
  for (;;) {
    const page = await listContacts(store.db, filter, { sort, limit, after });
    expect(page.contacts.length).toBeLessThanOrEqual(limit);
    visited.push(...page.contacts.map((contact) => contact.id));
    if (!page.next) return visited;
    after = page.next;
  }
}

const found = async (search: string) =>
  (await visit('created', 50, { search })).map((id) => ids.indexOf(id)).sort((one, other) => one - other);

describe('listContacts', () => {
  test.each(contactSorts)('paging by %s visits every contact exactly once, in one order whatever the page size', async (sort) => {
    const whole = await visit(sort, 100);
    expect(whole.toSorted()).toEqual(ids.toSorted());
    for (const limit of [1, 2, 5, names.length, names.length - 1]) expect(await visit(sort, limit), `by ${limit}`).toEqual(whole);
  });

  test.each(['name', 'created', 'changed'] as const)('-%s is %s backwards', async (sort) => {
    expect(await visit(`-${sort}`, 100)).toEqual((await visit(sort, 100)).toReversed());
  });

  test('by creation, the order is the one they were added in', async () => {
    expect(await visit('created', 100)).toEqual(ids);
  });

  test('a contact added or removed meanwhile neither repeats nor skips another', async () => {
    const first = await listContacts(store.db, {}, { sort: 'created', limit: 4 });
    const added = await store.write((tx) => aContact(tx, { purpose: contract.id }));
    const rest = await listContacts(store.db, {}, { sort: 'created', limit: 50, after: first.next ?? undefined });
    expect([...first.contacts, ...rest.contacts].map(({ id }) => id)).toEqual([...ids, added]);
    await store.write((tx) => eraseContact(tx, { contactId: added, reason: 'staff' }));
  });

  test.each([
    ['мария', [0, 1]],
    ['МАРИЯ георгиева', [0, 1]],
    ['георгиева мария', [0, 1]],
    ['ива', [2]],
    ['ли', [11]],
    ['роза', [0, 3, 6, 9]],
    ['ivan.petrov@', [2]],
    ['ivan.petrov@пример.бг', [2]],
    ['359888123456', [3]],
    ['müll', [3]],
    ['100%', [8]],
    ['%', []],
    ['a_b', [9]],
    ['_b', []],
    ['c\\d', [9]],
    ['İPEK', [10]],
    ['ОДОС', []],
    ['ΟΔΟΣ', [10]],
    ['никой', []],
    ["'; drop table contact; --", []],
  ] as [string, number[]][])('searching for %j finds %j', async (search, expected) => {
    expect(await found(search)).toEqual(expected);
    expect(await countContacts(store.db, { search })).toEqual({ value: expected.length, atLeast: false });
  });

  test('an empty search finds everybody', async () => {
    expect(await found('  ')).toHaveLength(names.length);
  });

  test('filters by state, country, language and source, and all of them together', async () => {
    const at = async (filter: ContactFilter) => (await visit('created', 3, filter)).map((id) => ids.indexOf(id));
    expect(await at({ state: 'quarantined' })).toEqual([7]);
    expect(await at({ country: 'DE' })).toEqual([0, 4, 8]);
    expect(await at({ language: 'en' })).toEqual([1, 3, 5, 7, 9, 11]);
    expect(await at({ country: 'DE', language: 'en' })).toEqual([]);
    const { rows } = await store.app(`select s.id from source s where label = 'Стар списък'`);
    expect(await at({ sourceId: rows[0].id })).toEqual([7]);
    expect(await at({ search: 'роза', country: 'DE', language: 'bg' })).toEqual([0]);
  });

  test('filters by what the gate allows, exactly as the gate itself answers', async () => {
    for (const purpose of [contract, newsletter]) {
      for (const channel of purpose.channels) {
        const allowed: string[] = [];
        for (const id of ids) if ((await mayProcess(store.db, id, purpose.id, channel)).allowed) allowed.push(id);
        expect(await visit('created', 2, { may: { purposeId: purpose.id, channel } }), `${purpose.slug} by ${channel}`).toEqual(
          allowed,
        );
      }
    }
    expect(await visit('created', 50, { may: { purposeId: newsletter.id, channel: 'email' } })).toEqual([ids[0], ids[2]]);
  });

  test('says of each contact what marketing is allowed', async () => {
    const { contacts } = await listContacts(store.db, {}, { sort: 'created', limit: 2 });
    const email = contacts.map(
      (contact) => contact.may.find((one) => one.purpose === newsletter.slug && one.channel === 'email')?.allowed,
    );
    expect(email).toEqual([true, false]);
  });

  test('shows a name, else the address', async () => {
    const { contacts } = await listContacts(store.db, {}, { sort: 'created', limit: 50 });
    expect(contacts[0]?.name).toBe('Мария Георгиева');
    expect(contacts[6]?.name).toBe(contacts[6]?.email);
  });
});

describe('countContacts', () => {
  test('counts up to its limit, and says when there are more', async () => {
    expect(await countContacts(store.db, { language: 'bg' }, 100)).toEqual({ value: 6, atLeast: false });
    expect(await countContacts(store.db, { language: 'bg' }, 3)).toEqual({ value: 3, atLeast: true });
  });
});
