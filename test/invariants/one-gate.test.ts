import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { objectTo } from '#src/consent/object.ts';
import { restrict } from '#src/consent/restrict.ts';
import { withdrawConsent } from '#src/consent/withdraw-consent.ts';
import { archivePurpose } from '#src/purposes/revise-purpose.ts';
import { aConsent, aContact, aDelivery, aNewsletter, anAct, pointOf, useStore } from '#test/support/factories.ts';

const store = useStore();

async function aSubscriber() {
  return store.write(async (tx) => {
    const newsletter = await aNewsletter(tx);
    const contactId = await aContact(tx, { phone: '+359 88 812 34 56' });
    await aConsent(tx, contactId, newsletter);
    return { contactId, newsletter, act: await anAct(tx, contactId, newsletter) };
  });
}

const aboutEverything = ({ contactId, act }: Awaited<ReturnType<typeof aSubscriber>>) => ({
  contactId,
  sourceId: act.sourceId,
  actor: act.actor,
  method: 'rights-page',
});

describe('The database refuses a delivery the gate denies', () => {
  test('nobody consented', async () => {
    const { contactId, newsletter } = await store.write(async (tx) => ({
      contactId: await aContact(tx),
      newsletter: await aNewsletter(tx),
    }));
    await expect(aDelivery(store, contactId, newsletter.id)).rejects.toMatchObject({
      code: 'SG006',
      message: expect.stringContaining('consent-never-asked'),
    });
  });

  test('consented, and the row names the entry that allows it', async () => {
    const { contactId, newsletter } = await aSubscriber();
    const { rows } = await aDelivery(store, contactId, newsletter.id);
    const [entry] = await store
      .app(`select id from ledger_entry where contact_id = $1 and kind = 'consent-given'`, [contactId])
      .then((r) => r.rows);
    expect(rows[0]).toMatchObject({ status: 'queued', allowed_by: entry.id });
  });

  test.each([
    [
      'withdrawn',
      'consent-withdrawn',
      async (s: Awaited<ReturnType<typeof aSubscriber>>) => void (await store.write((tx) => withdrawConsent(tx, s.act))),
    ],
    [
      'restricted',
      'restricted',
      async (s) => void (await store.write((tx) => restrict(tx, { ...aboutEverything(s), ground: 'a' }))),
    ],
    ['objected to everything', 'objected', async (s) => void (await store.write((tx) => objectTo(tx, aboutEverything(s))))],
    [
      'the purpose was archived',
      'unknown-purpose',
      async (s) => void (await store.write((tx) => archivePurpose(tx, s.newsletter.id))),
    ],
    [
      'the address bounces',
      'suppressed',
      async (s) =>
        void (await store.app(
          `insert into suppression (match_hash, reason) select match_hash, 'hard-bounce' from contact_point where contact_id = $1`,
          [s.contactId],
        )),
    ],
    [
      'the purpose gave the channel up',
      'channel-not-declared',
      async (s) => void (await store.app(`update purpose set channels = '{post}' where id = $1`, [s.newsletter.id])),
    ],
  ] satisfies [string, string, (s: Awaited<ReturnType<typeof aSubscriber>>) => Promise<void>][])(
    '%s: not queued, and not handed over',
    async (_, reason, happens) => {
      const subscriber = await aSubscriber();
      const { rows } = await aDelivery(store, subscriber.contactId, subscriber.newsletter.id);
      await happens(subscriber);
      await expect(aDelivery(store, subscriber.contactId, subscriber.newsletter.id)).rejects.toMatchObject({
        code: 'SG006',
        message: expect.stringContaining(reason),
      });
      for (const status of ['attempting', 'sent']) {
        const claimed = await store.app(
          `update delivery set status = $2 where id = $1 returning status, withheld_because, settled_at`,
          [rows[0].id, status],
        );
        expect(claimed.rows[0]).toMatchObject({ status: 'withheld', withheld_because: reason, settled_at: expect.any(Date) });
      }
    },
  );

  test('any status a row is inserted with is asked for alike', async () => {
    const { contactId, newsletter } = await store.write(async (tx) => ({
      contactId: await aContact(tx),
      newsletter: await aNewsletter(tx),
    }));
    for (const status of ['queued', 'held', 'attempting', 'sent', 'failed', 'unknown']) {
      await expect(
        aDelivery(store, contactId, newsletter.id, { status, contact_point_id: await pointOf(store.db, contactId) }),
      ).rejects.toMatchObject({ code: 'SG006' });
    }
  });
});

describe('A delivery goes to the person it was allowed for', () => {
  test("another contact's address is refused", async () => {
    const [one, other] = [await aSubscriber(), await aSubscriber()];
    const foreign = await pointOf(store.db, other.contactId);
    await expect(aDelivery(store, one.contactId, one.newsletter.id, { contact_point_id: foreign })).rejects.toMatchObject({
      code: 'SG006',
    });
  });

  test('a telephone is no address for e-mail, and no address at all is none either', async () => {
    const { contactId, newsletter } = await aSubscriber();
    const phone = await pointOf(store.db, contactId, 'phone');
    await expect(aDelivery(store, contactId, newsletter.id, { contact_point_id: phone })).rejects.toMatchObject({
      code: 'SG006',
    });
    await expect(aDelivery(store, contactId, newsletter.id, { contact_point_id: null })).rejects.toMatchObject({ code: 'SG006' });
    await expect(aDelivery(store, contactId, newsletter.id, { contact_point_id: randomUUID() })).rejects.toMatchObject({
      code: 'SG006',
    });
  });

  test('addressee, address, purpose and channel of an allowed delivery cannot be changed', async () => {
    const [one, other] = [await aSubscriber(), await aSubscriber()];
    const { rows } = await aDelivery(store, one.contactId, one.newsletter.id);
    const foreign = await pointOf(store.db, other.contactId);
    for (const [column, value] of Object.entries({
      contact_id: other.contactId,
      contact_point_id: foreign,
      purpose_id: other.newsletter.id,
      channel: 'sms',
    })) {
      await expect(
        store.app(`update delivery set ${column} = $2 where id = $1`, [rows[0].id, value]),
        column,
      ).rejects.toMatchObject({ code: 'SG006' });
    }
  });

  test('an address removed after queueing cannot be written to, and cannot be replaced by another', async () => {
    const { contactId, newsletter } = await aSubscriber();
    const { rows } = await aDelivery(store, contactId, newsletter.id);
    const phone = await pointOf(store.db, contactId, 'phone');
    await store.app(`delete from contact_point where contact_id = $1 and kind = 'email'`, [contactId]);
    await expect(store.app('update delivery set contact_point_id = $2 where id = $1', [rows[0].id, phone])).rejects.toMatchObject(
      { code: 'SG006' },
    );
    const claimed = await store.app(
      `update delivery set status = 'attempting' where id = $1 returning status, withheld_because`,
      [rows[0].id],
    );
    expect(claimed.rows[0]).toEqual({ status: 'withheld', withheld_because: 'no-address' });
  });
});
