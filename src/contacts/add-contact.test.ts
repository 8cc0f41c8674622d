import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { listEntriesOf } from '#src/ledger/find-entry.ts';
import { mayProcess } from '#src/permission/may-process.ts';
import type { Purpose } from '#src/purposes/purpose.ts';
import { archivePurpose } from '#src/purposes/revise-purpose.ts';
import { digestOf } from '#test/support/digest.ts';
import { aNewsletter, aPurpose, staff, testKeys, unique, useStore } from '#test/support/factories.ts';
import { addContact, type NewContact } from './add-contact.ts';
import { describeContact, findContactByEmail } from './describe-contact.ts';

const store = useStore();
let contract: Purpose;
let newsletter: Purpose;
beforeAll(async () => {
  [contract, newsletter] = await store.write(async (tx) => [await aPurpose(tx), await aNewsletter(tx)] as const);
});

const person = (overrides: Partial<NewContact> = {}): NewContact => ({
  source: { kind: 'event', label: 'Панаир Пловдив 2026', obtainedFrom: 'data-subject' },
  purpose: contract.slug,
  legalBasis: 'contract',
  language: 'bg',
  givenName: 'Мария',
  email: `${unique('maria')}@example.bg`,
  ...overrides,
});
const add = (contact: NewContact) => store.write((tx) => addContact(tx, testKeys, contact, staff));

describe('addContact', () => {
  test('stores every datum with its source, purpose, basis and retention', async () => {
    const id = await add(
      person({
        familyName: 'Георгиева',
        company: 'Роза ООД',
        jobTitle: 'Управител',
        city: 'Пловдив',
        note: 'Среща\nв петък',
        phone: '0888123456',
        postalAddress: 'ул. Шипка 5\nСофия',
      }),
    );
    const contact = await describeContact(store.db, id);
    expect(contact?.state).toBe('active');
    expect(Object.fromEntries(contact?.facts.map((fact) => [fact.field, fact.value]) ?? [])).toEqual({
      given_name: 'Мария',
      family_name: 'Георгиева',
      company: 'Роза ООД',
      job_title: 'Управител',
      city: 'Пловдив',
      note: 'Среща\nв петък',
    });
    expect(contact?.points.map((point) => point.kind).sort()).toEqual(['email', 'phone', 'post']);
    for (const datum of [...(contact?.facts ?? []), ...(contact?.points ?? [])]) {
      expect(datum.provenance).toEqual([
        expect.objectContaining({
          source: expect.objectContaining({ kind: 'event', label: 'Панаир Пловдив 2026', obtainedFrom: 'data-subject' }),
          purpose: expect.objectContaining({ slug: contract.slug }),
          legalBasis: 'contract',
          retention: contract.retention,
          providedBySubject: true,
        }),
      ]);
    }
  });

  test('writes the basis into the ledger, once per channel of the purpose, and the gate agrees', async () => {
    const id = await add(person());
    const entries = await listEntriesOf(store.db, id);
    expect(entries.map((entry) => [entry.kind, entry.channel]).sort()).toEqual(
      contract.channels.map((channel) => ['basis-asserted', channel]).sort(),
    );
    expect(entries[0]?.actor).toEqual(staff);
    expect(await mayProcess(store.db, id, contract.id, 'email')).toMatchObject({ allowed: true, legalBasis: 'contract' });
    expect(await mayProcess(store.db, id, newsletter.id, 'email')).toMatchObject({
      allowed: false,
      reason: 'consent-never-asked',
    });
  });

  test('of unknown basis goes into quarantine, and the ledger asserts nothing', async () => {
    const id = await add(person({ legalBasis: 'unknown' }));
    expect((await describeContact(store.db, id))?.state).toBe('quarantined');
    expect(await listEntriesOf(store.db, id)).toEqual([]);
    expect(await mayProcess(store.db, id, contract.id, 'email')).toMatchObject({ allowed: false, reason: 'quarantined' });
  });

  test.each([
    [
      'consent that staff type in',
      () => person({ purpose: newsletter.slug, legalBasis: 'consent' }),
      { field: 'legalBasis', code: 'consent-cannot-be-typed-in' },
    ],
    [
      'another basis than the purpose has',
      () => person({ legalBasis: 'legitimate-interests' }),
      { field: 'legalBasis', code: 'basis-not-of-purpose' },
    ],
    ['a purpose nobody knows', () => person({ purpose: 'no-such-purpose' }), { field: 'purpose', code: 'unknown-purpose' }],
    ['the id of no purpose', () => person({ purpose: randomUUID() }), { field: 'purpose', code: 'unknown-purpose' }],
    [
      'nothing to recognise anybody by',
      () => person({ givenName: ' ', email: null, note: 'someone' }),
      { field: 'email', code: 'nothing-to-recognise' },
    ],
    ['an address that is none', () => person({ email: 'maria' }), { field: 'email', code: 'invalid-email' }],
    ['a look-alike address', () => person({ email: 'mаria@example.bg' }), { field: 'email', code: 'mixed-alphabets' }],
    ['a name with NUL', () => person({ familyName: 'Ге\0' }), { field: 'familyName', code: 'forbidden-characters' }],
    [
      'a name that turns the line around',
      () => person({ givenName: 'a\u202Eb' }),
      { field: 'givenName', code: 'forbidden-characters' },
    ],
    ['an endless name', () => person({ givenName: 'x'.repeat(101) }), { field: 'givenName', code: 'too-long' }],
    ['a telephone that is none', () => person({ phone: '12' }), { field: 'phone', code: 'invalid-phone' }],
  ])('refuses %s and leaves nothing behind', async (_, contact, problem) => {
    const before = await digestOf(store.urls.ownerUrl);
    await expect(add(contact())).rejects.toMatchObject({
      code: 'invalid-fields',
      status: 422,
      fields: expect.arrayContaining([expect.objectContaining(problem)]),
    });
    expect(await digestOf(store.urls.ownerUrl)).toBe(before);
  });

  test('names every field that is wrong at once, and never what was typed', async () => {
    const refusal = await add(person({ email: 'maria at home', phone: 'secret', givenName: 'a\u202Eb' })).catch((cause) => cause);
    expect(refusal.fields.map((one: { field: string }) => one.field).sort()).toEqual(['email', 'givenName', 'phone']);
    expect(JSON.stringify(refusal) + refusal.message).not.toMatch(/maria|secret/);
  });

  test('refuses an archived purpose', async () => {
    const archived = await store.write(async (tx) => archivePurpose(tx, (await aPurpose(tx)).id));
    await expect(add(person({ purpose: archived.slug }))).rejects.toMatchObject({ status: 422 });
  });

  test('an address belongs to one contact, however it is written, and says to which', async () => {
    const email = 'иван.петров@пример.бг';
    const contactId = await add(person({ email }));
    expect(await findContactByEmail(store.db, 'иван.петров@xn--e1afmkfd.xn--90ae')).toBe(contactId);
    await expect(add(person({ email: email.toUpperCase() }))).rejects.toMatchObject({
      code: 'address-taken',
      status: 409,
      members: { contactId },
    });
  });

  test('of two who add the same address at once, one is told that it is taken', async () => {
    const email = `${unique('maria')}@example.bg`;
    const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => add(person({ email }))));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const one of outcomes) if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'address-taken' });
  });

  test('a telephone may be shared by a family', async () => {
    await add(person({ phone: '+359888999000' }));
    await add(person({ phone: '+359888999000' }));
  });
});
