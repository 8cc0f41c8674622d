import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLinkToken } from '#platform/crypto/link-token.ts';
import { inTransaction } from '#platform/database/connect.ts';
import { giveConsent } from '#src/consent/give-consent.ts';
import { findPurpose } from '#src/purposes/find-purpose.ts';
import { useDatabase } from '#test/support/database.ts';
import { aContact, anAct, aPurpose, staff, unique } from '#test/support/factories.ts';
import { newestMessage, openPublicSite, type PublicSite } from '#test/support/public-site.ts';
import { askToConfirmAddress } from './confirm-address.ts';
import { editContact } from './edit-contact.ts';

const database = useDatabase();
let site: PublicSite;
beforeAll(async () => {
  site = await openPublicSite(database);
});
afterAll(() => site.close());

/** A subscriber whose address a colleague has just replaced. */
async function moved(options: { subscribed?: boolean } = { subscribed: true }) {
  const [before, after] = [`${unique('old')}@example.bg`, `${unique('new')}@example.bg`];
  const ids = await inTransaction(site.services.db, async (tx) => {
    const service = await aPurpose(tx);
    const contactId = await aContact(tx, { email: before, purpose: service.id });
    const newsletter = await findPurpose(tx, 'newsletter');
    if (!newsletter) throw new Error('there is a newsletter');
    if (options.subscribed) await giveConsent(tx, { ...(await anAct(tx, contactId, newsletter)), validMonths: null });
    return { contactId, service, newsletter };
  });
  await change(ids.contactId, ids.service.slug, after);
  return { ...ids, before, after };
}
const change = (contactId: string, purpose: string, email: string) =>
  inTransaction(site.services.db, async (tx) => {
    const account = {
      source: { kind: 'person' as const, label: 'phone', obtainedFrom: 'data-subject' as const },
      purpose,
      legalBasis: 'contract' as const,
    };
    await editContact(tx, site.services.keys, contactId, { changes: { email }, ...account }, staff);
    return askToConfirmAddress(tx, site.services, contactId);
  });
const gate = async (contactId: string, purposeId: string) =>
  (await site.owner.query(`select reason from may_process($1, $2, 'email')`, [contactId, purposeId])).rows[0].reason;

describe('A new address of somebody who had agreed', () => {
  test('gets nothing they agreed to until its owner confirms it; what a contract needs goes there at once', async () => {
    const { contactId, newsletter, service, after } = await moved();
    expect(await gate(contactId, newsletter.id)).toBe('address-not-confirmed');
    expect(await gate(contactId, service.id)).toBe('basis-asserted');
    const message = await newestMessage(site, after);
    expect(message.template).toBe('confirm-address');
    const page = await (await site.get(`${message.links.address}?lang=bg`)).text();
    expect(page.match(/<button class="act"/g)).toHaveLength(2);
    expect(await gate(contactId, newsletter.id), 'looking confirms nothing').toBe('address-not-confirmed');
    await site.post(`${message.links.address}?lang=bg`, { answer: 'yes' });
    expect(await gate(contactId, newsletter.id)).toBe('consent-given');
  });

  test('is asked once in a quarter of an hour, and a person five times a day, however often somebody presses', async () => {
    const { contactId, service } = await moved();
    const ask = () => inTransaction(site.services.db, (tx) => askToConfirmAddress(tx, site.services, contactId));
    expect(await ask()).toBe('asked-lately');
    await site.owner.query(`update delivery set created_at = now() - interval '1 hour' where contact_id = $1`, [contactId]);
    expect(await ask()).toBe('asked');
    for (let at = 3; at <= 5; at += 1)
      expect(await change(contactId, service.slug, `${unique('next')}@example.bg`)).toBe('asked');
    expect(await change(contactId, service.slug, `${unique('next')}@example.bg`)).toBe('asked-lately');
    const { rows } = await site.owner.query(
      `select count(*)::int as n from delivery where contact_id = $1 and template = 'confirm-address'`,
      [contactId],
    );
    expect(rows[0].n).toBe(5);
  });

  test('is removed and left alone when its owner says that it is a stranger’s', async () => {
    const { contactId, newsletter, after } = await moved();
    const { links } = await newestMessage(site, after);
    const answer = await site.post(`${links.address}?lang=en`, { answer: 'no' });
    expect(await (await site.get(answer.headers.get('location')?.replace('#main', '') ?? '')).text()).toContain('removed');
    expect(await gate(contactId, newsletter.id)).toBe('no-address');
    const { rows } = await site.owner.query(
      `select field, old_value, reason from contact_change where contact_id = $1 order by id desc limit 1`,
      [contactId],
    );
    expect(rows).toEqual([{ field: 'email', old_value: after, reason: 'not-me' }]);
    await site.post(`${links.address}?lang=en`, { answer: 'yes' });
    expect(await gate(contactId, newsletter.id), 'an old link brings it not back').toBe('no-address');
  });

  test('is not marked when there was nothing to follow, and cannot be unmarked by hand', async () => {
    const none = await moved({ subscribed: false });
    expect(
      (await site.owner.query(`select must_confirm from contact_point where contact_id = $1`, [none.contactId])).rows,
    ).toEqual([{ must_confirm: false }]);
    const some = await moved();
    await site.pool.query(`update contact_point set must_confirm = false where contact_id = $1`, [some.contactId]);
    expect(await gate(some.contactId, some.newsletter.id)).toBe('address-not-confirmed');
  });

  test('inherits the no of the old one; and a withdrawal made meanwhile counts at once', async () => {
    const { contactId, service, newsletter, after } = await moved();
    await site.owner.query(
      `insert into suppression (match_hash, reason) select match_hash, 'objected' from contact_point where contact_id = $1`,
      [contactId],
    );
    await change(contactId, service.slug, `${unique('third')}@example.bg`);
    expect(await gate(contactId, newsletter.id)).toBe('suppressed');
    const other = await moved();
    const message = await newestMessage(site, other.after);
    await site.post(`${message.links.address}?lang=bg`, { answer: 'yes' });
    expect(after).not.toBe(other.after);
  });

  test('given by the person needs a message to the old address first, and is not told whose it is', async () => {
    const { contactId, newsletter, after } = await moved();
    await site.post(`${(await newestMessage(site, after)).links.address}?lang=bg`, { answer: 'yes' });
    const preferences = createLinkToken(site.services.keys, { kind: 'preferences', ids: [contactId] });
    await site.post(`/p/${preferences}?lang=bg`, { answer: 'change-address' });
    const { links, template } = await newestMessage(site, after);
    expect(template).toBe('change-address');
    expect((await site.get(`/new-address/${preferences}?lang=bg`)).status, 'a forwarded link opens nothing').not.toBe(200);
    expect((await site.post(`${links.newAddress}?lang=bg`, { email: 'no address' })).status).toBe(422);

    const stranger = await moved();
    const taken = await site.post(`${links.newAddress}?lang=bg`, { email: stranger.after });
    expect(await gate(contactId, newsletter.id)).toBe('consent-given');
    const own = `${unique('mine')}@example.bg`;
    const answer = await site.post(`${links.newAddress}?lang=bg`, { email: own });
    expect(answer.headers.get('location')).toBe(taken.headers.get('location'));
    expect(await gate(contactId, newsletter.id)).toBe('address-not-confirmed');
    await site.post(`${(await newestMessage(site, own)).links.address}?lang=bg`, { answer: 'yes' });
    expect(await gate(contactId, newsletter.id)).toBe('consent-given');
  });
});
