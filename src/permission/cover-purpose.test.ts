import { describe, expect, test } from 'vitest';
import { objectTo } from '#src/consent/object.ts';
import { refuseConsent } from '#src/consent/refuse-consent.ts';
import { withdrawConsent } from '#src/consent/withdraw-consent.ts';
import { listContacts } from '#src/contacts/list-contacts.ts';
import { appendEntries } from '#src/ledger/append-entries.ts';
import { aConsent, aContact, aNewsletter, anAct, aPurpose, useStore } from '#test/support/factories.ts';
import { coverPurpose } from './cover-purpose.ts';

const store = useStore();

describe('coverPurpose', () => {
  test('counts everybody exactly once, by how they stand', async () => {
    const purpose = await store.write(async (tx) => {
      const newsletter = await aNewsletter(tx);
      const people: string[] = [];
      for (let at = 0; at < 9; at += 1) people.push(await aContact(tx));
      const [plain = '', renewed = '', withdrawn = '', refused = '', objected = '', ranOut = '', asked = '', again = ''] = people;
      await aConsent(tx, plain, newsletter, { evidence: { shown: 'here' } });
      await aConsent(tx, renewed, newsletter);
      await aConsent(tx, renewed, newsletter, {
        actor: { kind: 'staff', staffId: plain },
        method: 'phone',
        evidence: { note: 'said so' },
      });
      await aConsent(tx, withdrawn, newsletter);
      await withdrawConsent(tx, await anAct(tx, withdrawn, newsletter));
      await refuseConsent(tx, await anAct(tx, refused, newsletter));
      await aConsent(tx, objected, newsletter, { evidence: {} });
      const { purpose: _, channel: __, ...everything } = await anAct(tx, objected, newsletter);
      await objectTo(tx, everything);
      const request = async (contactId: string) => ({
        ...(await anAct(tx, contactId, newsletter)),
        kind: 'consent-requested' as const,
        occurredAt: new Date('2026-01-01'),
      });
      await appendEntries(tx, [
        {
          ...(await anAct(tx, ranOut, newsletter)),
          kind: 'consent-given',
          legalBasis: 'consent',
          permissionGround: 'consent',
          occurredAt: new Date('2020-01-01'),
          until: new Date('2021-01-01'),
        },
        await request(asked),
        // Asked again after consenting: the consent stands.
        await request(again),
      ]);
      await aConsent(tx, again, newsletter, { evidence: {} });
      return newsletter;
    });
    const coverage = await coverPurpose(store.db, purpose);
    expect(coverage.channels).toEqual([
      { channel: 'email', standing: 3, stopped: 1, waiting: 1, refused: 1, withdrawn: 1, expired: 1, ended: 0, neverAsked: 1 },
      { channel: 'sms', standing: 0, stopped: 0, waiting: 0, refused: 0, withdrawn: 0, expired: 0, ended: 0, neverAsked: 9 },
    ]);
    // The list that the number opens.
    const list = await listContacts(store.db, { may: { purposeId: purpose.id, channel: 'email' } }, { sort: 'name', limit: 100 });
    expect(list.contacts).toHaveLength(3);
    expect(coverage.grounds).toEqual([{ channel: 'email', legalBasis: 'consent', permissionGround: 'consent', people: 3 }]);
    expect(Object.fromEntries(coverage.grades.map(({ grade, consents }) => [grade, consents]))).toEqual({
      A: 1,
      B: 2,
      C: 0,
      D: 1,
      E: 0,
    });
    expect(coverage.texts.reduce((sum, one) => sum + one.consents, 0)).toBe(4);
    expect(coverage.texts[0]).toMatchObject({ notice: { version: 1 }, language: 'bg', purposeVersion: 1 });
  });

  test('counts a consent proven by another log under the grade it has everywhere else', async () => {
    const purpose = await store.write(async (tx) => {
      const newsletter = await aNewsletter(tx);
      for (const evidence of [{ package: 'p', grade: 'A' }, { package: 'p', grade: 'B' }, { package: 'p' }, { grade: 'A' }]) {
        await aConsent(tx, await aContact(tx), newsletter, { actor: { kind: 'import' }, method: 'import', evidence });
      }
      return newsletter;
    });
    const { grades } = await coverPurpose(store.db, purpose);
    expect(Object.fromEntries(grades.map(({ grade, consents }) => [grade, consents]))).toEqual({ A: 1, B: 1, C: 0, D: 0, E: 2 });
  });

  test('of a purpose that needs no consent counts the grounds it rests on', async () => {
    const purpose = await store.write(async (tx) => {
      const contract = await aPurpose(tx, { channels: ['email'] });
      await aContact(tx, { purpose: contract.id });
      return contract;
    });
    const { channels, grades } = await coverPurpose(store.db, purpose);
    expect(channels).toMatchObject([{ channel: 'email', standing: 1, waiting: 0, refused: 0 }]);
    expect(grades.every(({ consents }) => consents === 0)).toBe(true);
  });
});
