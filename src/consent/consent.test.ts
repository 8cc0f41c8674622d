import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { appendEntries } from '#src/ledger/append-entries.ts';
import { listEntriesOf } from '#src/ledger/find-entry.ts';
import { mayProcess } from '#src/permission/may-process.ts';
import { permissionsOf } from '#src/permission/permissions-of.ts';
import type { Purpose } from '#src/purposes/purpose.ts';
import { aConsent, aContact, aNewsletter, anAct, aPurpose, staff, useStore } from '#test/support/factories.ts';
import { assertBasis, endBasis } from './assert-basis.ts';
import { expireConsents } from './expire-consents.ts';
import { giveConsent, monthsFromNow } from './give-consent.ts';
import { liftObjection, objectTo } from './object.ts';
import { refuseConsent } from './refuse-consent.ts';
import { isRestricted, liftRestriction, restrict } from './restrict.ts';
import { withdrawConsent } from './withdraw-consent.ts';

const store = useStore();
let newsletter: Purpose;
let contract: Purpose;
beforeAll(async () => {
  [newsletter, contract] = await store.write(async (tx) => [await aNewsletter(tx), await aPurpose(tx)] as const);
});

async function aPerson() {
  return store.write(async (tx) => {
    const contactId = await aContact(tx, { purpose: contract.id });
    const act = await anAct(tx, contactId, newsletter);
    const { contactId: _, purpose: __, channel: ___, ...how } = act;
    return { contactId, act, everything: { contactId, ...how } };
  });
}
/** As if a machine whose clock is ahead had written it down. */
async function writtenAhead({ id }: { id: string }, ms: number) {
  const ahead = new Date(Date.now() + ms).toISOString();
  await store.owner('alter table ledger_entry disable trigger user; alter table permission_state disable trigger user');
  await store.owner(`update permission_state set occurred_at = $2 where entry_id = $1`, [id, ahead]);
  await store.owner(`update ledger_entry set occurred_at = $2 where id = $1`, [id, ahead]);
  await store.owner('alter table ledger_entry enable trigger user; alter table permission_state enable trigger user');
}
const gate = (contactId: string, purpose = newsletter) =>
  mayProcess(store.db, contactId, purpose.id, 'email').then(({ reason }) => reason);
const kindsOf = async (contactId: string) =>
  (await listEntriesOf(store.db, contactId))
    .map(({ kind }) => kind)
    .filter((kind) => kind !== 'basis-asserted')
    .toReversed();

describe('Consent', () => {
  test('given twice is given and renewed; withdrawn and given again, it begins anew', async () => {
    const { contactId, act } = await aPerson();
    const give = () => store.write((tx) => giveConsent(tx, { ...act, validMonths: null }));
    await give();
    await give();
    expect(await store.write((tx) => withdrawConsent(tx, act))).toBe('withdrawn');
    expect(await gate(contactId)).toBe('consent-withdrawn');
    expect(await store.write((tx) => withdrawConsent(tx, act))).toBe('nothing-to-withdraw');
    await give();
    expect(await gate(contactId)).toBe('consent-given');
    expect(await kindsOf(contactId)).toEqual(['consent-given', 'consent-renewed', 'consent-withdrawn', 'consent-given']);
  });

  test('withdrawn where nothing was answered is written down as refused', async () => {
    const { contactId, act } = await aPerson();
    expect(await store.write((tx) => withdrawConsent(tx, act))).toBe('refused');
    expect(await gate(contactId)).toBe('consent-refused');
  });

  test('is not withdrawn by a box left empty elsewhere', async () => {
    const { contactId, act } = await aPerson();
    await store.write((tx) => giveConsent(tx, { ...act, validMonths: null }));
    expect(await store.write((tx) => refuseConsent(tx, act))).toBe('answered-before');
    expect(await gate(contactId)).toBe('consent-given');
    const other = await aPerson();
    expect(await store.write((tx) => refuseConsent(tx, other.act))).toBe('refused');
  });

  test('withdrawn in the same instant as it was given, or after the clock was set back, is withdrawn', async () => {
    const { contactId, act } = await aPerson();
    const given = await store.write((tx) => giveConsent(tx, { ...act, validMonths: null }));
    await writtenAhead(given, 30_000);
    expect(await store.write((tx) => withdrawConsent(tx, act))).toBe('withdrawn');
    expect(await gate(contactId)).toBe('consent-withdrawn');
  });

  test('is outlived by an objection after it, also by the second one and when the clock was set back', async () => {
    const { contactId, act, everything } = await aPerson();
    const give = () => store.write((tx) => giveConsent(tx, { ...act, validMonths: null }));
    await give();
    expect(await store.write((tx) => objectTo(tx, everything))).toBe('objected');
    expect(await gate(contactId)).toBe('objected');
    expect(await store.write((tx) => objectTo(tx, everything))).toBe('objected-before');
    await give();
    expect(await gate(contactId), 'their newer word').toBe('consent-given');
    expect(await store.write((tx) => objectTo(tx, everything))).toBe('objected');
    expect(await gate(contactId)).toBe('objected');

    const hourAhead = await aPerson();
    await writtenAhead(await store.write((tx) => giveConsent(tx, { ...hourAhead.act, validMonths: null })), 3_600_000);
    expect(await store.write((tx) => objectTo(tx, hourAhead.everything))).toBe('objected');
    expect(await gate(hourAhead.contactId)).toBe('objected');
  });

  test('for a limited time ends by itself, and the end becomes a fact, once', async () => {
    const { contactId, act } = await aPerson();
    const entry = await store.write((tx) => giveConsent(tx, { ...act, validMonths: 12 }));
    expect(entry.until?.getTime()).toBeGreaterThan(Date.now() + 364 * 86_400_000);
    expect(await gate(contactId)).toBe('consent-given');
    const past = await aPerson();
    await store.write(async (tx) => {
      await appendEntries(tx, [
        {
          ...past.act,
          kind: 'consent-given',
          legalBasis: 'consent',
          permissionGround: 'consent',
          occurredAt: new Date('2025-01-01'),
          until: new Date('2026-01-01'),
        },
      ]);
    });
    expect(await gate(past.contactId), 'the gate does not wait for the clerk').toBe('consent-expired');
    // Two workers at once, both held up before they write.
    const holdUp = await store.session('owner');
    await holdUp.query('begin; lock table ledger_entry in share row exclusive mode');
    const workers = [expireConsents(store.db), expireConsents(store.db)];
    await pause(100);
    await holdUp.query('commit');
    holdUp.release();
    expect((await Promise.all(workers)).toSorted()).toEqual([0, 1]);
    expect(await expireConsents(store.db)).toBe(0);
    expect(await kindsOf(past.contactId)).toEqual(['consent-given', 'consent-expired']);
    expect(await gate(past.contactId)).toBe('consent-expired');
    await store.write((tx) => giveConsent(tx, { ...past.act, validMonths: 12 }));
    expect(await gate(past.contactId)).toBe('consent-given');
  });

  test.each([
    ['2026-01-31T10:00:00Z', 1, '2026-02-28T10:00:00.000Z'],
    ['2028-01-31T10:00:00Z', 1, '2028-02-29T10:00:00.000Z'],
    ['2026-11-23T10:00:00Z', 24, '2028-11-23T10:00:00.000Z'],
    ['2028-02-29T10:00:00Z', 12, '2029-02-28T10:00:00.000Z'],
  ])('given on %s for %i months ends on %s', (from, months, until) => {
    expect(monthsFromNow(months, new Date(from)).toISOString()).toBe(until);
  });

  test('on our page is proof of grade A, and the passport names the very text', async () => {
    const { contactId, act } = await aPerson();
    await store.write((tx) => giveConsent(tx, { ...act, validMonths: null }));
    const passport = await permissionsOf(store.db, contactId);
    const line = passport.find((one) => one.purpose.id === newsletter.id && one.channel === 'email');
    expect(line).toMatchObject({
      allowed: true,
      evidenceGrade: 'A',
      notice: { language: 'bg', hash: act.noticeHash, version: 1 },
    });
    expect(passport.find((one) => one.purpose.id === newsletter.id && one.channel === 'sms')).toMatchObject({
      allowed: false,
      notice: null,
      evidenceGrade: null,
    });
  });
});

describe('An objection', () => {
  test('to everything stops marketing and leaves the contract alone', async () => {
    const { contactId, act, everything } = await aPerson();
    await store.write((tx) => giveConsent(tx, { ...act, validMonths: null }));
    expect(await store.write((tx) => objectTo(tx, everything))).toBe('objected');
    expect(await store.write((tx) => objectTo(tx, everything))).toBe('objected-before');
    expect(await gate(contactId)).toBe('objected');
    expect(await gate(contactId, contract)).toBe('basis-asserted');
    await store.write((tx) => giveConsent(tx, { ...act, validMonths: null }));
    expect(await gate(contactId), 'consent given after it is the newer word').toBe('consent-given');
  });

  test('to one purpose reaches that one only, and is taken back by the same words', async () => {
    const { contactId, everything } = await aPerson();
    const objection = { ...everything, purpose: { id: contract.id, version: 1 } };
    await store.write((tx) => objectTo(tx, objection));
    expect(await gate(contactId, contract)).toBe('objected');
    expect(await store.write((tx) => liftObjection(tx, everything))).toBe('nothing-to-lift');
    expect(await gate(contactId, contract)).toBe('objected');
    expect(await store.write((tx) => liftObjection(tx, objection))).toBe('lifted');
    expect(await gate(contactId, contract)).toBe('basis-asserted');
  });
});

describe('A restriction', () => {
  test('stops everything until it is lifted, and says on which ground', async () => {
    const { contactId, act, everything } = await aPerson();
    await store.write((tx) => giveConsent(tx, { ...act, validMonths: null }));
    expect(await store.write((tx) => restrict(tx, { ...everything, ground: 'c' }))).toBe('restricted');
    expect(await store.write((tx) => restrict(tx, { ...everything, ground: 'c' }))).toBe('restricted-before');
    expect([await gate(contactId), await gate(contactId, contract)]).toEqual(['restricted', 'restricted']);
    expect(await store.write((tx) => isRestricted(tx, contactId))).toBe(true);
    expect(await store.write((tx) => liftRestriction(tx, { ...everything, toldAt: new Date('2026-11-20') }))).toBe('lifted');
    expect(await store.write((tx) => liftRestriction(tx, { ...everything, toldAt: new Date() }))).toBe('nothing-to-lift');
    expect(await gate(contactId)).toBe('consent-given');
    const entries = await listEntriesOf(store.db, contactId);
    expect(entries.find(({ kind }) => kind === 'restricted')?.evidence).toMatchObject({ ground: 'c' });
    expect(entries.find(({ kind }) => kind === 'restriction-lifted')?.evidence).toMatchObject({
      toldAt: '2026-11-20T00:00:00.000Z',
    });
  });
});

describe('A basis other than consent', () => {
  test('ends when it is said to end, and can be asserted again', async () => {
    const { contactId, act } = await aPerson();
    const { noticeHash: _, ...about } = { ...act, purpose: { id: contract.id, version: 1 }, actor: staff, method: 'staff' };
    expect(await store.write((tx) => endBasis(tx, about))).toBe('ended');
    expect(await store.write((tx) => endBasis(tx, about))).toBe('nothing-to-end');
    expect(await gate(contactId, contract)).toBe('basis-ended');
    await store.write((tx) => assertBasis(tx, { ...about, legalBasis: 'contract', permissionGround: 'not-needed' }));
    expect(await gate(contactId, contract)).toBe('basis-asserted');
  });

  test('does not by itself permit marketing by e-mail', async () => {
    const offers = await store.write((tx) =>
      aPurpose(tx, { legalBasis: 'legitimate-interests', isMarketing: true, channels: ['email', 'post'] }),
    );
    const add = (permissionGround?: 'soft-opt-in') =>
      store.write((tx) =>
        aContact(tx, {
          purpose: offers.id,
          legalBasis: 'legitimate-interests',
          postalAddress: 'София',
          ...(permissionGround ? { permissionGround } : {}),
        }),
      );
    const plain = await add();
    expect(await gate(plain, offers)).toBe('no-channel-permission');
    expect(await mayProcess(store.db, plain, offers.id, 'post')).toMatchObject({ allowed: true });
    expect(await gate(await add('soft-opt-in'), offers)).toBe('basis-asserted');
  });
});

test('after all of this the ledger verifies, but for the entries this file itself moved', async () => {
  expect(await store.verify()).toMatchObject({ brokenEntries: 2, permissionDifferences: 0 });
  const fresh = await aPerson();
  await store.write((tx) => aConsent(tx, fresh.contactId, newsletter));
  expect(await store.verify()).toMatchObject({ brokenEntries: 2 });
});
