import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inTransaction } from '#platform/database/connect.ts';
import { editContact } from '#src/contacts/edit-contact.ts';
import { useDatabase } from '#test/support/database.ts';
import { digestOf } from '#test/support/digest.ts';
import {
  newestMessage,
  newsletterTo,
  openPublicSite,
  type PublicSite,
  subscribe,
  subscribeAndConfirm,
} from '#test/support/public-site.ts';

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

/** As staff account for what they type in. */
const byHand = {
  source: { kind: 'person', label: 'By phone', obtainedFrom: 'data-subject' },
  purpose: 'customer-relations',
  legalBasis: 'contract',
} as const;

const kinds = async (email: string) => {
  const { rows } = await site.owner.query<{ kind: string }>(
    `select e.kind from ledger_entry e join contact_point p using (contact_id) where p.match_key = $1 order by e.id`,
    [email],
  );
  return rows.map((row) => row.kind);
};

describe('confirming', () => {
  test('is what gives consent, to the exact text shown, and applies what was typed', async () => {
    await subscribe(site, 'maria@example.com', { given_name: 'Мария 🌷' });
    expect(await newsletterTo(site, 'maria@example.com')).toEqual({ allowed: false, reason: 'consent-not-confirmed' });

    const { links } = await newestMessage(site, 'maria@example.com');
    const page = await (await site.get(links.confirm ?? '')).text();
    expect(page).toContain('Потвърждавам');
    expect(page).toContain('m***@example.com');
    expect(page).not.toContain('maria@');

    const answer = await site.post(`${links.confirm}?lang=bg`, { answer: 'confirm' });
    expect(answer.status).toBe(303);
    const done = await (await site.get(answer.headers.get('location')?.replace('#main', '') ?? '')).text();
    expect(done).toContain('Абонаментът Ви е потвърден');
    expect(await newsletterTo(site, 'maria@example.com')).toEqual({ allowed: true, reason: 'consent-given' });
    const { rows } =
      await site.owner.query(`select c.state, c.given_name, p.verified_at is not null as verified, encode(e.notice_hash, 'hex') = v.notice_hashes->>'bg' as proven,
        c.facts->'given_name'->'provenance'->>0 = p.provenance_ids[1]::text as accounted
      from contact c join contact_point p on p.contact_id = c.id join ledger_entry e on e.contact_id = c.id and e.kind = 'consent-given' cross join form_version v
      where p.match_key = 'maria@example.com'`);
    expect(rows).toEqual([{ state: 'active', given_name: 'Мария 🌷', verified: true, proven: true, accounted: true }]);
  });

  test('a second time says since when, changes nothing, and never brings back what was withdrawn', async () => {
    await subscribe(site, 'twice@example.com');
    const { links } = await newestMessage(site, 'twice@example.com');
    await site.post(`${links.confirm}?lang=bg`, { answer: 'confirm' });
    const { links: later } = await newestMessage(site, 'twice@example.com');
    await site.post(`${later.unsubscribe}?lang=bg`, { answer: 'unsubscribe' });
    const before = await digestOf(database.ownerUrl);

    const again = await site.post(`${links.confirm}?lang=bg`, { answer: 'confirm' });
    expect(again.status).toBe(303);
    const page = await site.get(links.confirm ?? '');
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('Вече е потвърдено на');
    expect(await digestOf(database.ownerUrl)).toBe(before);
    expect(await newsletterTo(site, 'twice@example.com')).toMatchObject({ allowed: false, reason: 'consent-withdrawn' });
  });

  test('"not me" erases an address that is here for nothing else, and keeps mail away from it', async () => {
    await subscribe(site, 'stranger@example.com');
    const { links } = await newestMessage(site, 'stranger@example.com');
    const answer = await site.post(`${links.confirm}?lang=bg`, { answer: 'not-me' });
    expect(await (await site.get(answer.headers.get('location')?.replace('#main', '') ?? '')).text()).toContain('Спряхме го');
    const { rows } = await site.owner.query(`select from contact_point where match_key = 'stranger@example.com'`);
    expect(rows).toHaveLength(0);
    expect((await site.get(links.confirm ?? '')).status).toBe(410);

    const answered = await subscribe(site, 'stranger@example.com');
    expect(answered.headers.get('location')).toBe('/f/newsletter/check-mail?lang=bg#main');
    await expect(newestMessage(site, 'stranger@example.com')).rejects.toThrow('no message');
  });

  test('"not me" takes nothing from somebody who had agreed before', async () => {
    await subscribeAndConfirm(site, 'known@example.com', { given_name: 'Иван' });
    await subscribe(site, 'known@example.com', { given_name: 'Зъл шегаджия' });
    const { links } = await newestMessage(site, 'known@example.com');
    await site.post(`${links.confirm}?lang=bg`, { answer: 'not-me' });
    expect(await newsletterTo(site, 'known@example.com')).toMatchObject({ allowed: true });
    const page = await (await site.get(links.confirm ?? '')).text();
    expect(page, 'they are told the truth about the rest').toContain('дали съгласие преди, остава');
    expect(page).not.toContain('Няма абонамент');
    const { rows } = await site.owner.query(`select given_name, state from contact where primary_email = 'known@example.com'`);
    expect(rows).toEqual([{ given_name: 'Иван', state: 'active' }]);
  });

  test('from a mailbox that is no longer the contact’s says nothing about the address they have now', async () => {
    await subscribeAndConfirm(site, 'moved@example.com');
    await subscribe(site, 'moved@example.com', { given_name: 'Някой' });
    const { links } = await newestMessage(site, 'moved@example.com');
    const { rows } = await site.owner.query<{ id: string }>(
      `select contact_id as id from contact_point where match_key = 'moved@example.com'`,
    );
    const corrected = { changes: { email: 'elsewhere@example.com' }, ...byHand };
    await inTransaction(site.services.db, (tx) =>
      editContact(tx, site.services.keys, rows[0]?.id ?? '', corrected, { kind: 'staff', staffId: rows[0]?.id ?? '' }),
    );
    const before = await digestOf(database.ownerUrl);

    expect((await site.get(links.confirm ?? '')).status).toBe(410);
    for (const answer of ['confirm', 'not-me']) await site.post(`${links.confirm}?lang=bg`, { answer });
    expect(await digestOf(database.ownerUrl)).toBe(before);
  });

  test('sending the form again un-confirms nobody and changes nothing about them', async () => {
    await subscribeAndConfirm(site, 'again@example.com', { given_name: 'Ана' });
    await subscribe(site, 'again@example.com', { given_name: 'Друга' });
    expect(await newsletterTo(site, 'again@example.com')).toMatchObject({ allowed: true });
    const { rows } = await site.owner.query(`select given_name, state from contact where primary_email = 'again@example.com'`);
    expect(rows).toEqual([{ given_name: 'Ана', state: 'active' }]);
    expect(await kinds('again@example.com')).toEqual([
      'basis-asserted',
      'consent-requested',
      'consent-given',
      'basis-asserted',
      'consent-requested',
    ]);
  });

  test('after seven days finds nothing, and what was typed is gone', async () => {
    await subscribe(site, 'late@example.com');
    const { links } = await newestMessage(site, 'late@example.com');
    await site.owner.query(`update submission s set expires_at = now() - interval '1 second' from contact_point p
      where p.contact_id = s.contact_id and p.match_key = 'late@example.com'`);
    const before = await digestOf(database.ownerUrl);
    await site.post(`${links.confirm}?lang=bg`, { answer: 'confirm' });
    expect(await digestOf(database.ownerUrl)).toBe(before);
    expect((await site.get(links.confirm ?? '')).status).toBe(410);
  });

  test('neither button pressed is asked again, and a cut-off or foreign link leads to the page that sends a new one', async () => {
    await subscribe(site, 'unclear@example.com');
    const { links } = await newestMessage(site, 'unclear@example.com');
    const before = await digestOf(database.ownerUrl);
    const answer = await site.post(`${links.confirm}?lang=bg`, {});
    const page = await site.get(answer.headers.get('location')?.replace('#main', '') ?? '');
    expect(page.status).toBe(422);
    for (const token of [links.confirm?.slice(0, -2), links.why?.replace('/why/', '/confirm/'), '/confirm/x']) {
      const wrong = await site.post(`${token}?lang=bg`, { answer: 'confirm' });
      expect(wrong.status).toBe(404);
      expect(await wrong.text()).toContain('Изпращане на нова връзка');
    }
    expect(await digestOf(database.ownerUrl)).toBe(before);
  });
});
