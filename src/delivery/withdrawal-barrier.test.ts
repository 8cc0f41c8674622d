import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { inTransaction } from '#platform/database/connect.ts';
import { createMailer } from '#platform/mail/mailer.ts';
import { findPurpose } from '#src/purposes/find-purpose.ts';
import { useDatabase } from '#test/support/database.ts';
import { openSmtpSink, type SmtpSink } from '#test/support/mail-server.ts';
import { newestMessage, openPublicSite, type PublicSite, subscribe } from '#test/support/public-site.ts';
import { deliverWaiting } from './deliver-waiting.ts';
import { queueDeliveries } from './queue-deliveries.ts';

const PAIRS = 200;
// Hundreds of commits each way, on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 180_000 });

const database = useDatabase();
let sink: SmtpSink;
let site: PublicSite;
beforeAll(async () => {
  sink = await openSmtpSink();
  site = await openPublicSite(database, {
    config: {
      smtpUrl: sink.url,
      flood: {
        perAddress: [{ seconds: 60, max: 1000 }],
        perIp: { seconds: 3600, max: 100_000 },
        perForm: { seconds: 3600, max: 100_000 },
      },
    },
  });
});
afterAll(async () => {
  await site.close();
  await sink.close();
});

/** Somebody who confirmed, and a message to them that waits. Their unsubscribe link. */
async function reader(email: string): Promise<string> {
  await subscribe(site, email);
  const asked = await newestMessage(site, email);
  await site.post(`${asked.links.confirm}?lang=bg`, { answer: 'confirm' });
  return (await newestMessage(site, email)).links.unsubscribe ?? '';
}

test(`once the page has said "unsubscribed", nothing more is handed over: ${PAIRS} withdrawals against as many hand-overs`, async () => {
  const links = new Map<string, string>();
  for (let from = 0; from < PAIRS; from += 50) {
    await Promise.all(
      Array.from({ length: 50 }, async (_, at) => {
        const email = `reader${from + at}@example.com`;
        links.set(email, await reader(email));
      }),
    );
  }
  await site.owner.query(`delete from delivery where template = 'confirm-consent'`);
  sink.received.length = 0;
  // A server that takes its time: the race is inside the hand-over, not beside it.
  sink.answer = () => ({ reply: '250 taken', afterMs: Math.random() * 25 });

  const mailers = [createMailer(sink.url), createMailer(sink.url)];
  let done = false;
  const senders = mailers.map(async (mailer) => {
    while (!done) if ((await deliverWaiting(site.services, mailer)) === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  });
  const saidAt = new Map<string, number>();
  const waiting = [...links].sort(() => Math.random() - 0.5);
  await Promise.all(
    Array.from({ length: 6 }, async () => {
      for (let one = waiting.pop(); one; one = waiting.pop()) {
        const [email, link] = one;
        const answer = await site.post(link, { 'List-Unsubscribe': 'One-Click' });
        saidAt.set(email, performance.now());
        expect(answer.status).toBe(200);
      }
    }),
  );
  done = true;
  await Promise.all(senders);
  for (const mailer of mailers) mailer.close();

  const late = sink.received.filter(({ recipient, at }) => at > (saidAt.get(recipient) ?? Number.POSITIVE_INFINITY));
  expect(late).toEqual([]);
  const { rows } = await site.owner.query<{ status: string; n: number }>(
    `select status, count(*)::int as n from delivery group by status`,
  );
  const count = (status: string) => rows.find((row) => row.status === status)?.n ?? 0;
  // Both happened, so it was a race; and every message is accounted for.
  expect(count('sent')).toBe(sink.received.length);
  expect(count('sent') + count('withheld')).toBe(PAIRS);
  expect(count('sent')).toBeGreaterThan(10);
  expect(count('withheld')).toBeGreaterThan(10);
});

test('a message that cannot be waited for is named, and still the only one', async () => {
  const link = await reader('slow@example.com');
  await site.owner.query(`delete from delivery where template = 'confirm-consent'`);
  const { rows } = await site.owner.query(
    `select p.contact_id, d.contact_point_id from delivery d join contact_point p on p.id = contact_point_id where match_key = 'slow@example.com'`,
  );
  const newsletter = await findPurpose(site.services.db, 'newsletter');
  await inTransaction(site.services.db, (tx) =>
    queueDeliveries(
      tx,
      [
        {
          contactId: rows[0].contact_id,
          contactPointId: rows[0].contact_point_id,
          purposeId: newsletter?.id ?? '',
          channel: 'email',
          template: 'subscription-confirmed',
          parameters: {},
          language: 'bg',
        },
      ],
      'queued',
    ),
  );
  sink.received.length = 0;
  sink.answer = () => ({ reply: '250 taken', afterMs: 3000 });
  const mailer = createMailer(sink.url);
  const sending = deliverWaiting(site.services, mailer);
  await expect.poll(() => sink.received.length, { timeout: 5000 }).toBe(1);

  const started = performance.now();
  const answer = await site.post(`${link}?lang=bg`, { answer: 'unsubscribe' });
  expect(performance.now() - started).toBeLessThan(2900);
  const page = await (await site.get(answer.headers.get('location')?.replace('#main', '') ?? '')).text();
  expect(page).toContain('Отписахме Ви');
  expect(page).toContain('Едно писмо вече се предаваше');
  await sending;
  await deliverWaiting(site.services, mailer);
  mailer.close();
  expect(sink.received).toHaveLength(1);
});
