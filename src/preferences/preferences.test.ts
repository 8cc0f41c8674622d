import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keysFrom } from '#platform/crypto/keys.ts';
import { createLinkToken } from '#platform/crypto/link-token.ts';
import { inTransaction } from '#platform/database/connect.ts';
import { addContact } from '#src/contacts/add-contact.ts';
import { eraseContact } from '#src/erasure/erase-contact.ts';
import { mailboxBucket } from '#src/forms/desk.ts';
import { createPurpose } from '#src/purposes/revise-purpose.ts';
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
import { preferencesAddress } from './links.ts';

const database = useDatabase();
let site: PublicSite;
beforeAll(async () => {
  site = await openPublicSite(database, {
    config: {
      flood: {
        perAddress: [{ seconds: 60, max: 100 }],
        perIp: { seconds: 3600, max: 10_000 },
        perForm: { seconds: 3600, max: 10_000 },
      },
    },
  });
  await inTransaction(site.services.db, (tx) =>
    createPurpose(tx, {
      slug: 'events',
      name: { bg: 'Събития', en: 'Events' },
      explanation: { bg: 'Покани за събития.', en: 'Invitations to events.' },
      legalBasis: 'consent',
      dataCategories: ['email'],
      channels: ['email'],
      recipients: [],
      retention: { starts: 'withdrawal', months: 12 },
      isMarketing: true,
      doubleOptIn: true,
      consentValidMonths: null,
    }),
  );
});
afterAll(() => site.close());

const contactOf = async (email: string) => {
  const { rows } = await site.owner.query<{ id: string }>(`select contact_id as id from contact_point where match_key = $1`, [
    email,
  ]);
  return rows[0]?.id ?? '';
};
const follow = async (answer: Response) => (await site.get(answer.headers.get('location')?.replace('#main', '') ?? '')).text();

describe('the preference centre', () => {
  test('shows what is received, since when and by which text; other purposes are never ticked', async () => {
    const links = await subscribeAndConfirm(site, 'reader@example.com');
    const html = await (await site.get(`${links.preferences}?lang=bg`)).text();
    expect(html).toMatch(/value="newsletter:email" checked/);
    expect(html).toMatch(/value="events:email" aria/);
    expect(html).toContain('Съгласие от');
    expect(html).toContain('/notices/form-newsletter/1?lang=bg');
    expect(html.match(/Отписвам се от всичко/g)).toHaveLength(2);
    expect(html).not.toContain('reader@');
  });

  test('unticking stops at once and says what changed', async () => {
    const links = await subscribeAndConfirm(site, 'untick@example.com');
    const answer = await site.post(`${links.preferences}?lang=bg`, {
      answer: 'save',
      shown: ['newsletter:email', 'events:email'],
    });
    expect(answer.status).toBe(303);
    expect(await newsletterTo(site, 'untick@example.com')).toMatchObject({ allowed: false, reason: 'consent-withdrawn' });
    expect(await follow(answer)).toContain('„Бюлетин“ по имейл: спряно. Важи от този момент.');
  });

  test('ticking grants nothing: it sends a message, and only confirming it there does', async () => {
    const links = await subscribeAndConfirm(site, 'tick@example.com');
    const save = { answer: 'save', shown: ['newsletter:email', 'events:email'], choice: ['newsletter:email', 'events:email'] };
    const answer = await site.post(`${links.preferences}?lang=bg`, save);
    expect(await follow(answer)).toContain('изпратихме Ви имейл');
    const allowed = async () =>
      (
        await site.owner.query(
          `select g.allowed from purpose p, may_process((select contact_id from contact_point where match_key = 'tick@example.com'), p.id, 'email') g where p.slug = 'events'`,
        )
      ).rows[0].allowed;
    expect(await allowed()).toBe(false);
    expect(await (await site.get(`${links.preferences}?lang=bg`)).text()).toContain('чака потвърждение');

    const asked = await newestMessage(site, 'tick@example.com');
    expect(asked.template).toBe('confirm-consent');
    expect(asked.text).toContain('„Събития“ по имейл');
    await site.post(`${asked.links.confirm}?lang=bg`, { answer: 'confirm' });
    expect(await allowed()).toBe(true);
    expect(await newsletterTo(site, 'tick@example.com')).toMatchObject({ allowed: true });
  });

  test('what rests on consent is taken back where marketing is, marketing or not', async () => {
    await inTransaction(site.services.db, (tx) =>
      createPurpose(tx, {
        slug: 'product-research',
        name: { bg: 'Проучвания', en: 'Research' },
        explanation: { bg: 'Питаме Ви за мнение.', en: 'We ask for your opinion.' },
        legalBasis: 'consent',
        dataCategories: ['email'],
        channels: ['email'],
        recipients: [],
        retention: { starts: 'withdrawal', months: 0 },
        isMarketing: false,
        doubleOptIn: true,
        consentValidMonths: null,
      }),
    );
    const links = await subscribeAndConfirm(site, 'research@example.com');
    const shown = ['newsletter:email', 'product-research:email'];
    await site.post(`${links.preferences}?lang=bg`, { answer: 'save', shown, choice: shown });
    const { links: asked } = await newestMessage(site, 'research@example.com');
    await site.post(`${asked.confirm}?lang=bg`, { answer: 'confirm' });
    const research = async () =>
      (
        await site.owner.query(
          `select g.allowed, g.reason from purpose p, may_process($1, p.id, 'email') g where p.slug = 'product-research'`,
          [await contactOf('research@example.com')],
        )
      ).rows[0];
    expect(await research()).toMatchObject({ allowed: true });

    await site.post(`${links.preferences}?lang=bg`, { answer: 'save', shown, choice: 'newsletter:email' });
    expect(await research()).toEqual({ allowed: false, reason: 'consent-withdrawn' });
    expect(await newsletterTo(site, 'research@example.com')).toMatchObject({ allowed: true });
  });

  test('calls nobody a customer who is written to for another reason, and says how to object to it', async () => {
    const contactId = await inTransaction(site.services.db, async (tx) => {
      await createPurpose(tx, {
        slug: 'trade-news',
        name: { bg: 'Новини за фирми', en: 'Trade news' },
        explanation: { bg: 'Новини за фирми.', en: 'News for companies.' },
        legalBasis: 'legitimate-interests',
        dataCategories: ['email'],
        channels: ['email'],
        recipients: [],
        retention: { starts: 'last-activity', months: 12 },
        isMarketing: true,
        doubleOptIn: false,
        consentValidMonths: null,
      });
      const account = {
        source: { kind: 'third-party', label: 'Trade register', obtainedFrom: 'other' },
        purpose: 'trade-news',
        legalBasis: 'legitimate-interests',
        permissionGround: 'legal-entity',
      } as const;
      const contact = { ...account, email: 'office@firma.example', language: 'bg' } as const;
      return addContact(tx, site.services.keys, contact, { kind: 'system' });
    });
    const html = await (await site.get(`${preferencesAddress(site.services, contactId)}?lang=bg`)).text();
    expect(html).toMatch(/value="trade-news:email" checked/);
    expect(html).toContain('Основание: легитимни интереси');
    expect(html).not.toContain('сте наш клиент');
    expect(await (await site.get('/notices?lang=bg')).text()).toContain('свързани с Вашата конкретна ситуация');
  });

  test('says that a message was sent only when one was', async () => {
    const links = await subscribeAndConfirm(site, 'often@example.com');
    await site.owner.query(
      `insert into flood_counter (bucket, window_starts, used) values ($1, date_trunc('minute', now()), 1000)`,
      [mailboxBucket(site.services.keys, 'often@example.com')],
    );
    const answer = await site.post(`${links.preferences}?lang=bg`, {
      answer: 'save',
      shown: ['newsletter:email', 'events:email'],
      choice: ['newsletter:email', 'events:email'],
    });
    const html = await follow(answer);
    expect(html).toContain('„Събития“ по имейл: не е заявено.');
    expect(html).not.toContain('изпратихме Ви имейл');
  });

  test('no combination of what a link holder can send grants anything', async () => {
    const links = await subscribeAndConfirm(site, 'forwarded@example.com');
    await site.post(`${links.unsubscribe}?lang=bg`, { answer: 'unsubscribe' });
    const tries: [string, Record<string, string | string[]>][] = [
      ['preferences', { answer: 'save', choice: 'newsletter:email' }],
      ['preferences', { answer: 'save', choice: 'newsletter:email', shown: 'newsletter:email' }],
      ['preferences', { answer: 'confirm', choice: ['newsletter:email'], shown: ['newsletter:email'] }],
      ['preferences', { answer: 'undo', shown: 'newsletter:email', choice: 'newsletter:email' }],
      ['unsubscribe', { answer: 'undo' }],
      ['unsubscribe', { answer: 'confirm' }],
      ['unsubscribe', { 'List-Unsubscribe': 'One-Click', answer: 'undo' }],
    ];
    for (const [page, fields] of tries) {
      await site.post(`${links[page]}?lang=bg`, fields);
      expect(await newsletterTo(site, 'forwarded@example.com')).toMatchObject({ allowed: false });
    }
    const { rows } = await site.owner.query(
      `select count(*)::int as n from ledger_entry where contact_id = $1 and kind = 'consent-given'`,
      [await contactOf('forwarded@example.com')],
    );
    expect(rows).toEqual([{ n: 1 }]);
  });

  test('"everything" withdraws all, and is an objection that holds against what is asserted later', async () => {
    const links = await subscribeAndConfirm(site, 'all@example.com');
    const answer = await site.post(`${links.preferences}?lang=bg`, { answer: 'stop-all' });
    expect(await follow(answer)).toContain('„Бюлетин“ по имейл: спряно.');
    const { rows } = await site.owner.query(
      `select kind, purpose_id is null as everything, method from ledger_entry where contact_id = $1 order by id desc limit 2`,
      [await contactOf('all@example.com')],
    );
    expect(rows).toEqual([
      { kind: 'objected', everything: true, method: 'preference-centre' },
      { kind: 'consent-withdrawn', everything: false, method: 'preference-centre' },
    ]);
  });

  test('a second window cannot bring back what the first has stopped', async () => {
    const links = await subscribeAndConfirm(site, 'windows@example.com');
    await site.post(`${links.preferences}?lang=bg`, { answer: 'stop-all' });
    await site.post(`${links.preferences}?lang=bg`, {
      answer: 'save',
      shown: ['newsletter:email'],
      choice: ['newsletter:email'],
    });
    expect(await newsletterTo(site, 'windows@example.com')).toMatchObject({ allowed: false });
  });
});

describe('unsubscribing', () => {
  test('by one click is 200 in plain text, urlencoded or multipart, again and again, without cookie or redirect', async () => {
    const links = await subscribeAndConfirm(site, 'click@example.com');
    const multipart = new FormData();
    multipart.set('List-Unsubscribe', 'One-Click');
    const answers = [
      await site.post(links.unsubscribe ?? '', { 'List-Unsubscribe': 'One-Click' }, { headers: { accept: '*/*' } }),
      await site.request('POST', links.unsubscribe ?? '', { body: multipart, headers: { accept: '*/*' } }),
      await site.post(
        links.unsubscribe ?? '',
        { 'List-Unsubscribe': 'One-Click' },
        { headers: { origin: 'https://mail.example.com' } },
      ),
    ];
    for (const answer of answers) {
      expect([answer.status, answer.headers.get('content-type'), answer.headers.get('set-cookie'), await answer.text()]).toEqual([
        200,
        'text/plain; charset=utf-8',
        null,
        'OK\n',
      ]);
    }
    expect(await newsletterTo(site, 'click@example.com')).toMatchObject({ allowed: false, reason: 'consent-withdrawn' });
    const { rows } = await site.owner.query(
      `select count(*)::int as n from ledger_entry where contact_id = $1 and kind = 'consent-withdrawn'`,
      [await contactOf('click@example.com')],
    );
    expect(rows).toEqual([{ n: 1 }]);
  });

  test('works after the person was erased, and changes nothing then', async () => {
    const links = await subscribeAndConfirm(site, 'erased@example.com');
    await inTransaction(site.services.db, async (tx) =>
      eraseContact(tx, { contactId: await contactOf('erased@example.com'), reason: 'request' }),
    );
    const before = await digestOf(database.ownerUrl);
    const click = await site.post(links.unsubscribe ?? '', { 'List-Unsubscribe': 'One-Click' });
    expect([click.status, await click.text()]).toEqual([200, 'OK\n']);
    const answer = await site.post(`${links.unsubscribe}?lang=bg`, { answer: 'unsubscribe' });
    expect(await follow(answer)).toContain('Отписахме Ви');
    expect(await digestOf(database.ownerUrl)).toBe(before);
    expect((await site.get(links.preferences ?? '')).status).toBe(404);
    expect((await site.get(links.why ?? '')).status).toBe(404);
  });

  test('asks one question with one button; afterwards one step leads back, by a message', async () => {
    const links = await subscribeAndConfirm(site, 'one@example.com');
    const question = await (await site.get(`${links.unsubscribe}?lang=bg`)).text();
    expect(question).toContain('Спиране на „Бюлетин“?');
    expect(question.match(/<button/g)).toHaveLength(1);
    const answer = await site.post(`${links.unsubscribe}?lang=bg`, { answer: 'unsubscribe' });
    expect(await follow(answer)).toContain('Отписахме Ви');
    expect(await (await site.get(`${links.unsubscribe}?lang=bg`)).text()).toContain('Това вече беше спряно');

    const undone = await site.post(`${links.unsubscribe}?lang=bg`, { answer: 'undo' });
    expect(await follow(undone)).toContain('Проверете пощата си');
    expect(await newsletterTo(site, 'one@example.com')).toMatchObject({ allowed: false });
    const asked = await newestMessage(site, 'one@example.com');
    await site.post(`${asked.links.confirm}?lang=bg`, { answer: 'confirm' });
    expect(await newsletterTo(site, 'one@example.com')).toMatchObject({ allowed: true });
  });

  test('takes no token of another kind, another person’s keys, or with any bit changed', async () => {
    const links = await subscribeAndConfirm(site, 'token@example.com');
    const contactId = await contactOf('token@example.com');
    const good = (links.unsubscribe ?? '').slice('/u/'.length);
    const mutations = Array.from(Buffer.from(good, 'base64url'), (_, at) => {
      const bytes = Buffer.from(good, 'base64url');
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      return bytes.toString('base64url');
    });
    const foreign = ['preferences', 'confirm', 'why'].map((kind) =>
      createLinkToken(site.services.keys, { kind, ids: [contactId, contactId] }),
    );
    const otherKeys = createLinkToken(keysFrom(Buffer.alloc(32, 1)), { kind: 'unsubscribe', ids: [contactId, contactId] });
    const before = await digestOf(database.ownerUrl);
    for (const token of [...foreign, ...mutations, otherKeys, good.slice(0, -3), `${good}A`, contactId, 'x']) {
      for (const fields of [{ 'List-Unsubscribe': 'One-Click' }, { answer: 'unsubscribe' }]) {
        expect((await site.post(`/u/${token}`, fields)).status).toBe(404);
      }
    }
    expect((await site.post(`/p/${good}`, { answer: 'stop-all' })).status).toBe(404);
    expect(await digestOf(database.ownerUrl)).toBe(before);
    expect(await newsletterTo(site, 'token@example.com')).toMatchObject({ allowed: true });
  });
});

describe('looking', () => {
  test('GET, HEAD and OPTIONS of every mailed link, five times each, change nothing', async () => {
    const confirmed = await subscribeAndConfirm(site, 'scanned@example.com');
    await subscribe(site, 'pending@example.com');
    const pending = (await newestMessage(site, 'pending@example.com')).links;
    const before = await digestOf(database.ownerUrl);
    for (const path of [...Object.values(confirmed), ...Object.values(pending)]) {
      for (const method of ['GET', 'HEAD', 'OPTIONS']) {
        for (let time = 0; time < 5; time++) {
          const answer = await site.request(method, path, { headers: { 'user-agent': 'LinkScanner/1.0' } });
          expect(answer.status).toBeLessThan(300);
        }
      }
    }
    expect(await digestOf(database.ownerUrl)).toBe(before);
  });

  test('the exact text shown is there for good, in both languages, under its hash', async () => {
    const html = await (await site.get('/notices/form-newsletter/1?lang=bg')).text();
    const { rows } = await site.owner.query<{ hash: string }>(
      `select encode(hash, 'hex') as hash from notice where slug = 'form-newsletter' and version = 1`,
    );
    expect(rows).toHaveLength(2);
    for (const { hash } of rows) expect(html).toContain(hash);
    for (const path of ['/notices/form-newsletter/99', '/notices/form-newsletter/x', '/notices/none/1'])
      expect((await site.get(path)).status).toBe(404);
  });

  test('why a message came says because of what, and how to stop it', async () => {
    const links = await subscribeAndConfirm(site, 'why@example.com');
    const html = await (await site.get(`${links.why}?lang=bg`)).text();
    expect(html).toContain('дадохте съгласие чрез „Абонамент за бюлетина“');
    expect(html).toContain('w***@example.com');
    await subscribe(site, 'whyasked@example.com');
    const asked = await newestMessage(site, 'whyasked@example.com');
    expect(await (await site.get(`${asked.links.why}?lang=bg`)).text()).toContain('този адрес беше въведен във формуляр');
  });

  test('"this is not my subscription" stops everything, and erases an address that only somebody else typed', async () => {
    const links = await subscribeAndConfirm(site, 'notmine@example.com');
    const answer = await site.post(`${links.why}?lang=bg`, { answer: 'not-mine' });
    expect(await follow(answer)).toContain('Спряхме го');
    expect(await newsletterTo(site, 'notmine@example.com')).toMatchObject({ allowed: false });
    await subscribe(site, 'typed@example.com');
    const asked = await newestMessage(site, 'typed@example.com');
    expect(await follow(await site.post(`${asked.links.why}?lang=bg`, { answer: 'not-mine' }))).toContain('Спряхме го');
    expect(await newsletterTo(site, 'typed@example.com')).toBeUndefined();
    expect((await site.post('/why/x', { answer: 'not-mine' })).status).toBe(404);
  });

  test('every page has one heading, a way past the header, the same footer, both languages, and is small', async () => {
    const links = await subscribeAndConfirm(site, 'pages@example.com');
    const footers = new Set<string>();
    for (const path of [
      '/f/newsletter',
      '/f/newsletter/check-mail',
      '/f/nothing',
      ...Object.values(links),
      '/p/x',
      '/p-sent',
      '/notices',
      '/notices/form-newsletter/1',
      '/accessibility',
    ]) {
      for (const language of ['bg', 'en']) {
        const answer = await site.get(`${path}?lang=${language}`);
        const html = await answer.text();
        expect(html).toContain(`<html lang="${language}">`);
        expect(html.match(/<h1/g)).toHaveLength(1);
        expect(html).toContain('<a class="skip" href="#main">');
        expect(html).toContain('<main id="main" tabindex="-1">');
        expect(html).not.toMatch(/<script|<img|style=|https?:\/\/(?!cpdp\.bg)/);
        expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
        expect(answer.headers.get('x-robots-tag')).toBe('noindex');
        expect(html.length).toBeLessThan(24_000);
        if (language === 'bg') footers.add(html.slice(html.indexOf('<footer')));
      }
    }
    expect(footers.size).toBe(1);
  });
});

describe('a lost link', () => {
  test('is sent again to those we know; everybody is told the same', async () => {
    await subscribeAndConfirm(site, 'lost@example.com');
    const answers = await Promise.all(
      ['lost@example.com', 'unknown@example.com'].map((email) => site.post('/p?lang=bg', { email })),
    );
    expect(answers.map((answer) => [answer.status, answer.headers.get('location')])).toEqual([
      [303, '/p-sent?lang=bg#main'],
      [303, '/p-sent?lang=bg#main'],
    ]);
    const message = await newestMessage(site, 'lost@example.com');
    expect(message.template).toBe('preferences-link');
    expect((await site.get(message.links.preferences ?? '')).status).toBe(200);
    expect((await site.post('/p?lang=bg', { email: 'no' })).status).toBe(422);
  });
});
