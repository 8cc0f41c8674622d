import { afterAll, beforeAll, expect, test } from 'vitest';
import { inTransaction } from '#platform/database/connect.ts';
import { editContact } from '#src/contacts/edit-contact.ts';
import { useDatabase } from '#test/support/database.ts';
import { tablesWith } from '#test/support/digest.ts';
import {
  newestMessage,
  newsletterTo,
  openPublicSite,
  type PublicSite,
  subscribe,
  subscribeAndConfirm,
} from '#test/support/public-site.ts';
import { confirmSubmission } from './confirm-submission.ts';
import { expireSubmissions } from './expire-submissions.ts';

const database = useDatabase();
let site: PublicSite;
beforeAll(async () => {
  site = await openPublicSite(database, {
    config: {
      flood: {
        perAddress: [{ seconds: 60, max: 100 }],
        perIp: { seconds: 3600, max: 1000 },
        perForm: { seconds: 3600, max: 1000 },
      },
    },
  });
});
afterAll(() => site.close());

const makeDue = (email: string) =>
  site.owner.query(
    `update submission s set expires_at = now() - interval '1 second' from contact_point p where p.contact_id = s.contact_id and p.match_key = $1 and s.status = 'pending'`,
    [email],
  );

test('somebody who never confirmed leaves no trace after seven days, not even a hash', async () => {
  await subscribe(site, 'silent-marker@example.com', { given_name: 'Безмълвна-марка' });
  await subscribe(site, 'waiting@example.com');
  expect(await tablesWith(database.ownerUrl, ['silent-marker', 'Безмълвна-марка'])).not.toEqual([]);
  expect(await expireSubmissions(site.services)).toBe(0);

  await makeDue('silent-marker@example.com');
  expect(await expireSubmissions(site.services)).toBe(1);
  expect(await tablesWith(database.ownerUrl, ['silent-marker', 'Безмълвна-марка'])).toEqual([]);
  const { rows } = await site.owner.query('select from suppression');
  expect(rows).toHaveLength(0);
  const { rows: journal } = await site.owner.query('select reason from erasure_journal');
  expect(journal).toEqual([{ reason: 'unconfirmed' }]);
  expect((await newestMessage(site, 'waiting@example.com')).template).toBe('confirm-consent');
});

test('of somebody known only the unanswered request goes, with what was typed in it and from where', async () => {
  await subscribeAndConfirm(site, 'known@example.com', { given_name: 'Мария' });
  await subscribe(site, 'known@example.com', { given_name: 'Непотвърдена-марка' }, '198.51.100.7');
  expect(await tablesWith(database.ownerUrl, ['198.51.100.0/24'])).not.toEqual([]);
  await makeDue('known@example.com');
  expect(await expireSubmissions(site.services)).toBe(1);
  expect(await tablesWith(database.ownerUrl, ['Непотвърдена-марка', '198.51.100.0/24'])).toEqual([]);
  expect(await newsletterTo(site, 'known@example.com')).toMatchObject({ allowed: true });
});

test('somebody staff have meanwhile entered stays, with what they entered', async () => {
  await subscribe(site, 'met@example.com');
  const { rows } = await site.owner.query<{ id: string }>(
    `select contact_id as id from contact_point where match_key = 'met@example.com'`,
  );
  const contactId = rows[0]?.id ?? '';
  const met = {
    source: { kind: 'person', label: 'By phone', obtainedFrom: 'data-subject' },
    purpose: 'customer-relations',
    legalBasis: 'contract',
    changes: { givenName: 'Ана' },
  } as const;
  await inTransaction(site.services.db, (tx) =>
    editContact(tx, site.services.keys, contactId, met, { kind: 'staff', staffId: contactId }),
  );
  await makeDue('met@example.com');
  expect(await expireSubmissions(site.services)).toBe(1);
  const { rows: left } = await site.owner.query('select state, given_name from contact where id = $1', [contactId]);
  expect(left).toEqual([{ state: 'active', given_name: 'Ана' }]);
});

test('of confirming and expiring at the same moment one wins, and the person is never half there', async () => {
  for (let at = 0; at < 20; at++) {
    const email = `race${at}@example.com`;
    await subscribe(site, email);
    const { rows } = await site.owner.query(
      `select s.id from submission s join contact_point p using (contact_id) where p.match_key = $1`,
      [email],
    );
    const confirm = () =>
      inTransaction(site.services.db, (tx) =>
        confirmSubmission(tx, site.services, { submissionId: rows[0].id, language: 'bg', evidence: {} }),
      );
    const [confirmed] = await Promise.all([confirm(), makeDue(email).then(() => expireSubmissions(site.services))]);
    const gate = await newsletterTo(site, email);
    expect(gate?.allowed ?? false).toBe(confirmed === 'confirmed');
    if (confirmed !== 'confirmed') expect(gate).toBeUndefined();
  }
});
