import { simpleParser } from 'mailparser';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createMailer, type Mailer } from '#platform/mail/mailer.ts';
import { useDatabase } from '#test/support/database.ts';
import { openSmtpSink, type SmtpSink } from '#test/support/mail-server.ts';
import { newestMessage, openPublicSite, type PublicSite, subscribe } from '#test/support/public-site.ts';
import { deliverWaiting, pauseAfter } from './deliver-waiting.ts';
import { startDelivery } from './start-delivery.ts';

const database = useDatabase();
let sink: SmtpSink;
let site: PublicSite;
let mailer: Mailer;
beforeAll(async () => {
  sink = await openSmtpSink();
  site = await openPublicSite(database, {
    config: {
      smtpUrl: sink.url,
      flood: {
        perAddress: [{ seconds: 60, max: 100 }],
        perIp: { seconds: 3600, max: 10_000 },
        perForm: { seconds: 3600, max: 10_000 },
      },
    },
  });
  mailer = createMailer(sink.url);
});
beforeEach(() => {
  sink.received.length = 0;
  sink.answer = () => ({ reply: '250 taken' });
});
afterAll(async () => {
  mailer.close();
  await site.close();
  await sink.close();
});

const stateOf = async (email: string) => {
  const { rows } = await site.owner.query(
    `select d.status, d.attempts, d.last_error, d.withheld_because from delivery d join contact_point p on p.id = d.contact_point_id
      where p.match_key = $1 order by d.id desc limit 1`,
    [email],
  );
  return rows[0];
};
/** As if the pause after a failed attempt had passed. */
const hurry = () => site.owner.query(`update saglasie.delivery set not_before = now() where status = 'queued'`);

describe('delivering', () => {
  test('hands the confirmation over in the language of the form, with nothing in it that a stranger typed', async () => {
    await subscribe(site, 'maria@example.com', { given_name: 'BUY http://spam.example' });
    await deliverWaiting(site.services, mailer);
    expect(sink.received.map(({ recipient }) => recipient)).toEqual(['maria@example.com']);
    const mail = await simpleParser(sink.received[0]?.source ?? '');
    expect(mail.subject).toBe('Остава една стъпка: потвърдете абонамента си');
    expect(mail.text).toContain('Отворете страницата и изберете „Потвърждавам“');
    expect(mail.text).toContain('Давам съгласие „Пример ЕООД“');
    expect(`${mail.text}${mail.html}`).not.toMatch(/spam|<img|http:\/\//);
    expect(mail.headers.get('auto-submitted')).toBe('auto-generated');
    expect(mail.headers.has('list-unsubscribe')).toBe(false);
    expect(await stateOf('maria@example.com')).toMatchObject({ status: 'sent', attempts: 1, last_error: null });
    await deliverWaiting(site.services, mailer);
    expect(sink.received).toHaveLength(1);
  });

  test('a message under a consent carries the one-click header and the links to change or stop', async () => {
    await subscribe(site, 'ivan@example.com');
    const asked = await newestMessage(site, 'ivan@example.com');
    await site.post(`${asked.links.confirm}?lang=bg`, { answer: 'confirm' });
    await deliverWaiting(site.services, mailer);
    const mail = sink.received.map(({ source }) => source).find((source) => source.includes('List-Unsubscribe'));
    expect(mail).toMatch(/^List-Unsubscribe:\s+<https:\/\/crm\.example\.bg\/u\/[\w-]+>\r$/m);
    expect(mail).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r$/m);
    const { text } = await simpleParser(mail ?? '');
    for (const path of ['/u/', '/p/', '/why/']) expect(text).toContain(`https://crm.example.bg${path}`);
  });

  test('put off is tried again later under the same Message-ID; refused for good is not', async () => {
    sink.answer = (recipient) => ({
      reply: recipient.startsWith('later') ? '451 try again, later@example.com' : '550 no such user gone@example.com',
    });
    await subscribe(site, 'later@example.com');
    await subscribe(site, 'gone@example.com');
    await deliverWaiting(site.services, mailer);
    expect(await stateOf('later@example.com')).toMatchObject({ status: 'queued', attempts: 1, last_error: 'smtp-451' });
    expect(await stateOf('gone@example.com')).toMatchObject({ status: 'failed', attempts: 1, last_error: 'smtp-550' });
    await deliverWaiting(site.services, mailer);
    expect(await stateOf('later@example.com')).toMatchObject({ attempts: 1 });

    sink.answer = () => ({ reply: '250 taken' });
    await hurry();
    await deliverWaiting(site.services, mailer);
    expect(await stateOf('later@example.com')).toMatchObject({ status: 'sent', attempts: 2 });
    const ids = sink.received
      .filter(({ recipient }) => recipient === 'later@example.com')
      .map(({ source }) => /^Message-ID: (.*)$/im.exec(source)?.[1]);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });

  test('with the connection cut after the last byte, what may come twice is sent again and what may not is left unknown', async () => {
    sink.answer = () => ({ reply: 'cut off' });
    await subscribe(site, 'twice@example.com');
    const asked = await newestMessage(site, 'twice@example.com');
    await deliverWaiting(site.services, mailer);
    expect(await stateOf('twice@example.com')).toMatchObject({ status: 'queued', attempts: 1 });
    await site.post(`${asked.links.confirm}?lang=bg`, { answer: 'confirm' });
    await deliverWaiting(site.services, mailer);
    expect(await stateOf('twice@example.com')).toMatchObject({ status: 'unknown', attempts: 1 });
    await hurry();
    await deliverWaiting(site.services, mailer);
    expect(await stateOf('twice@example.com')).toMatchObject({ status: 'unknown', attempts: 1 });
  });

  test('of a process that died, the same: taken over when its lease has run out', async () => {
    await subscribe(site, 'died@example.com');
    await site.owner.query(`update delivery d set status = 'attempting', attempts = 1, lease_until = now() - interval '1 second'
      from contact_point p where p.id = d.contact_point_id and p.match_key = 'died@example.com'`);
    await deliverWaiting(site.services, mailer);
    expect(await stateOf('died@example.com')).toMatchObject({ status: 'sent', attempts: 2 });
  });

  test('what was withdrawn while it waited is withheld, with the reason', async () => {
    await subscribe(site, 'changed@example.com');
    const asked = await newestMessage(site, 'changed@example.com');
    await site.post(`${asked.links.confirm}?lang=bg`, { answer: 'confirm' });
    const { links } = await newestMessage(site, 'changed@example.com');
    await site.post(links.unsubscribe ?? '', { 'List-Unsubscribe': 'One-Click' });
    await deliverWaiting(site.services, mailer);
    expect(await stateOf('changed@example.com')).toMatchObject({ status: 'withheld', withheld_because: 'consent-withdrawn' });
    expect(sink.received.filter(({ source }) => source.includes('List-Unsubscribe'))).toHaveLength(0);
  });

  test('by several processes at once hands each message over once', async () => {
    await Promise.all(Array.from({ length: 60 }, (_, at) => subscribe(site, `many${at}@example.com`)));
    await Promise.all([1, 2, 3].map(() => deliverWaiting(site.services, mailer)));
    await deliverWaiting(site.services, mailer);
    const many = sink.received.filter(({ recipient }) => recipient.startsWith('many'));
    expect(many).toHaveLength(60);
    expect(new Set(many.map(({ recipient }) => recipient)).size).toBe(60);
  });

  test('starts by itself when something is queued, and stops when told', async () => {
    const delivery = startDelivery(site.services);
    await subscribe(site, 'woken@example.com');
    await expect.poll(() => stateOf('woken@example.com'), { timeout: 5000 }).toMatchObject({ status: 'sent' });
    await delivery.stop();
    await subscribe(site, 'stopped@example.com');
    expect(await stateOf('stopped@example.com')).toMatchObject({ status: 'queued', attempts: 0 });
  });

  test('is woken by the database at once, and by the poll when the connection that listens is lost', async () => {
    const delivery = startDelivery(site.services, site.pool);
    await new Promise((resolve) => setTimeout(resolve, 2500));
    const queued = performance.now();
    await subscribe(site, 'at-once@example.com');
    await expect.poll(() => stateOf('at-once@example.com'), { interval: 20 }).toMatchObject({ status: 'sent' });
    expect(performance.now() - queued).toBeLessThan(1000);
    await site.owner.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like 'listen %'`,
    );
    await subscribe(site, 'unheard@example.com');
    await expect.poll(() => stateOf('unheard@example.com'), { timeout: 6000 }).toMatchObject({ status: 'sent' });
    await delivery.stop();
  });

  test('without a mail server everything is held, and goes out once there is one', async () => {
    await site.owner.query('delete from delivery');
    const without = { ...site.services, config: { ...site.services.config, smtpUrl: undefined } };
    await subscribe(site, 'held@example.com');
    const first = startDelivery(without);
    await expect.poll(() => stateOf('held@example.com'), { timeout: 5000 }).toMatchObject({ status: 'held' });
    await first.stop();
    expect(sink.received).toHaveLength(0);
    const second = startDelivery(site.services);
    await expect.poll(() => stateOf('held@example.com'), { timeout: 5000 }).toMatchObject({ status: 'sent' });
    await second.stop();
  });
});

test('pauses double from half a minute to an hour', () => {
  for (const [attempts, seconds] of [
    [1, 30],
    [2, 60],
    [5, 480],
    [20, 3600],
  ] as const) {
    for (let time = 0; time < 50; time++) {
      expect(pauseAfter(attempts)).toBeGreaterThanOrEqual(seconds / 2);
      expect(pauseAfter(attempts)).toBeLessThanOrEqual(seconds * 1.5);
    }
  }
});
