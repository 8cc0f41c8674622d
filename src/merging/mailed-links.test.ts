import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inTransaction } from '#platform/database/connect.ts';
import { addContact } from '#src/contacts/add-contact.ts';
import { findContactByEmail } from '#src/contacts/describe-contact.ts';
import { preferencesAddress } from '#src/preferences/links.ts';
import { useDatabase } from '#test/support/database.ts';
import { staff, unique } from '#test/support/factories.ts';
import {
  newestMessage,
  newsletterTo,
  openPublicSite,
  type PublicSite,
  subscribe,
  subscribeAndConfirm,
} from '#test/support/public-site.ts';
import { mergeContacts } from './merge-contacts.ts';
import { undoMerge } from './undo-merge.ts';

const who = staff as Extract<typeof staff, { kind: 'staff' }>;
const database = useDatabase();
let site: PublicSite;
beforeAll(async () => {
  site = await openPublicSite(database, {
    config: {
      flood: {
        perAddress: [{ seconds: 900, max: 50 }],
        perIp: { seconds: 3600, max: 1000 },
        perForm: { seconds: 3600, max: 1000 },
      },
    },
  });
});
afterAll(() => site.close());

const address = (name: string) => `${unique(name)}@example.bg`;
const idOf = async (email: string) => (await findContactByEmail(site.services.db, email)) ?? '';
const merge = (survivorId: string, absorbedId: string) =>
  inTransaction(site.services.db, (tx) => mergeContacts(tx, { survivorId, absorbedId, actor: who })).then(
    ({ mergeId }) => mergeId,
  );
const undo = (mergeId: string) => inTransaction(site.services.db, (tx) => undoMerge(tx, mergeId, who));
const answers = async (id: string) => {
  const { rows } = await site.owner.query<{ reason: string }>(
    `select g.reason from purpose p, may_process($1, p.id, 'email') g where p.slug = 'newsletter'`,
    [id],
  );
  return rows[0]?.reason;
};

/** A customer whom staff added: their address was never confirmed. */
const customer = (email: string) =>
  inTransaction(site.services.db, (tx) =>
    addContact(
      tx,
      site.services.keys,
      {
        source: { kind: 'person', label: 'По телефона', obtainedFrom: 'data-subject' },
        purpose: 'customer-relations',
        legalBasis: 'contract',
        language: 'bg',
        givenName: 'Мария',
        email,
      },
      who,
    ),
  );

describe('What was mailed to a person before their records were united', () => {
  test('opens every page it did, and says "not me" for the united person', async () => {
    const [one, other] = [address('one'), address('other')];
    await subscribeAndConfirm(site, one);
    const links = await subscribeAndConfirm(site, other);
    const [survivorId, absorbedId] = [await idOf(one), await idOf(other)];
    await merge(survivorId, absorbedId);
    for (const name of ['p', 'u', 'why', 'confirm'] as const) {
      const link = links[name];
      if (link) expect((await site.get(link)).status, name).toBe(200);
    }
    const preferences = await (await site.get(preferencesAddress(site.services, absorbedId))).text();
    const receipts = [...preferences.matchAll(/href="(\/receipts\/[^"?]+)/g)].map(([, link]) => link ?? '');
    expect(receipts.length).toBeGreaterThanOrEqual(2);
    for (const receipt of receipts) expect((await site.get(receipt)).status).toBe(200);
    expect(await newsletterTo(site, other)).toEqual({ allowed: true, reason: 'consent-given' });
    await site.post(links.why ?? '', { answer: 'not-mine' });
    expect(await answers(survivorId)).toBe('objected');
  });

  test('to confirm is a consent of the united person, which waits for the owner of the main address', async () => {
    const [one, other] = [address('one'), address('other')];
    const survivorId = await customer(one);
    const absorbedId = await customer(other);
    await subscribe(site, other);
    const { links } = await newestMessage(site, other);
    const mergeId = await merge(survivorId, absorbedId);
    const answer = await site.post(`${links.confirm}?lang=bg`, { answer: 'confirm' });
    expect(answer.status).toBe(303);
    expect(await answers(survivorId)).toBe('address-not-confirmed');
    const { rows } = await site.owner.query(
      `select original = $2 as theirs, verified_at is not null as verified from contact_point where contact_id = $1 and kind = 'email' order by is_primary desc`,
      [survivorId, other],
    );
    expect(rows).toEqual([
      { theirs: false, verified: false },
      { theirs: true, verified: true },
    ]);
    // It was the other one who said so.
    await undo(mergeId);
    expect([await answers(survivorId), await answers(absorbedId)]).toEqual(['consent-never-asked', 'consent-given']);
  });

  test('is not needed to sign up anew with the other address: the main one is written to', async () => {
    const [one, other] = [address('one'), address('other')];
    await subscribeAndConfirm(site, one);
    await customer(other);
    await merge(await idOf(one), await idOf(other));
    expect((await subscribe(site, other)).status).toBe(303);
    expect((await newestMessage(site, one)).template).toBe('confirm-consent');
    await expect(newestMessage(site, other)).rejects.toThrow('there is no message');
  });
});
