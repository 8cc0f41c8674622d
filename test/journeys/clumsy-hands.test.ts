import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Keys } from '#platform/crypto/keys.ts';
import { publicTexts as bg } from '#src/languages/bg/public.ts';
import { publicTexts as en } from '#src/languages/en/public.ts';
import { newVisitor, openBrowser, type Visitor } from '#test/support/browser.ts';
import { linksOf, type Mailbox, openMailbox } from '#test/support/mailbox.ts';
import { ask, type Server, startServer } from '#test/support/server.ts';
import { keysOf, letTimePass, openForm, postForm } from '#test/support/server-forms.ts';

let server: Server;
let mailbox: Mailbox;
let keys: Keys;
let browser: Browser;

beforeAll(async () => {
  mailbox = await openMailbox();
  [server, browser] = await Promise.all([startServer({ env: { SMTP_URL: mailbox.smtpUrl } }), openBrowser()]);
  keys = await keysOf(server);
});
afterAll(async () => {
  await browser?.close();
  await server?.remove();
  await mailbox?.close();
});

test('a double click is one sign-up and one message', async () => {
  const visitor = await newVisitor(browser, server.url, { language: 'bg' });
  await fillIn(visitor, 'double@example.bg');
  await visitor.page.getByRole('button', { name: 'Абонирам се', exact: true }).dblclick();
  await visitor.page.waitForURL('**/check-mail**');
  await mailbox.take('double@example.bg');
  expect(await sentBy('double@example.bg')).toHaveLength(1);
  expect(await visitor.leave()).toEqual([]);
});

test('going back and sending again is answered alike, and is one sign-up', async () => {
  const visitor = await newVisitor(browser, server.url, { language: 'bg' });
  await fillIn(visitor, 'back@example.bg');
  await visitor.press('Абонирам се');
  expect(await visitor.heading()).toBe(bg.checkMail.title);
  await visitor.back();
  await fillFields(visitor, 'back@example.bg');
  await visitor.press('Абонирам се');
  expect(await visitor.heading()).toBe(bg.checkMail.title);
  expect(await sentBy('back@example.bg')).toHaveLength(1);

  const { confirm } = linksOf(await mailbox.take('back@example.bg'));
  await visitor.open(confirm);
  await visitor.press(bg.confirm.confirm);
  await visitor.back();
  // The page from before still shows its two buttons; the second thought comes too late for this link and is told so.
  if ((await visitor.page.getByRole('button', { name: bg.confirm.notMe }).count()) > 0) await visitor.press(bg.confirm.notMe);
  expect(await visitor.heading()).toContain('Вече е потвърдено');
  expect(
    await ask(
      server,
      `select from contact c join contact_point p on p.contact_id = c.id where p.match_key = 'back@example.bg' and c.state = 'active'`,
    ),
  ).toHaveLength(1);
  expect(await visitor.leave()).toEqual([]);
});

test('two windows in two languages are two questions and one sign-up, in the language sent first; confirmed is the text that was read', async () => {
  const [first, second] = [
    await newVisitor(browser, server.url, { language: 'bg' }),
    await newVisitor(browser, server.url, { language: 'en' }),
  ];
  await fillIn(first, 'both@example.bg');
  await second.open(`${server.url}/f/newsletter?lang=en`);
  await second.page.getByLabel('E-mail address').fill('both@example.bg');
  await second.page.getByRole('checkbox').check();
  await letTimePass(second.page, keys);
  await first.press('Абонирам се');
  await second.press('Subscribe');
  expect([await first.heading(), await second.heading()]).toEqual([bg.checkMail.title, en.checkMail.title]);
  expect(await sentBy('both@example.bg')).toEqual([{ language: 'bg' }]);

  await second.open(`${linksOf(await mailbox.take('both@example.bg')).confirm}?lang=en`);
  await second.press(en.confirm.confirm);
  expect(
    await ask(
      server,
      `select l.language, n.language as notice from ledger_entry l join contact_point p using (contact_id) join notice n on n.hash = l.notice_hash
        where p.match_key = 'both@example.bg' and l.kind = 'consent-given'`,
    ),
  ).toEqual([{ language: 'en', notice: 'en' }]);
  expect([...(await first.leave()), ...(await second.leave())]).toEqual([]);
});

test.each([
  {
    what: 'two languages asked for at once',
    fields: { _lang: 'bg' },
    query: '?lang=bg&lang=en',
    status: 200,
    says: 'Абонамент за бюлетина',
  },
  {
    what: 'a language nobody speaks here',
    fields: { email: 'nobody', consent: '' },
    query: '?lang=xx',
    status: 422,
    says: bg.form.errors.noBox,
  },
  {
    what: 'a purpose that is no consent',
    fields: { consent: 'customer-relations:email' },
    query: '',
    status: 422,
    says: bg.form.errors.noBox,
  },
  {
    what: 'a purpose that does not exist',
    fields: { consent: 'nothing:email' },
    query: '',
    status: 422,
    says: bg.form.errors.noBox,
  },
  {
    what: 'a channel the form did not show',
    fields: { consent: 'newsletter:sms' },
    query: '',
    status: 422,
    says: bg.form.errors.noBox,
  },
  {
    what: 'the purpose confirmations are sent for',
    fields: { consent: 'consent-confirmation:email' },
    query: '',
    status: 422,
    says: bg.form.errors.noBox,
  },
  { what: 'no consent', fields: {}, query: '', status: 422, says: bg.form.errors.noBox },
  {
    what: 'a version that was never signed',
    fields: { consent: 'newsletter:email', _form: 'AAAA' },
    query: '',
    status: 422,
    says: bg.form.forged.title,
  },
])('$what: a clear answer with what was typed, and nothing is stored', async ({ fields, query, status, says }) => {
  const { token } = await openForm(server, keys);
  const before = await ask(
    server,
    'select (select count(*) from submission) as submissions, (select count(*) from ledger_entry) as entries',
  );
  const typed = { _form: token, email: 'kept@example.bg', given_name: 'Ангел „Гошо“', ...(fields as Record<string, string>) };
  const response = await postForm(`${server.url}/f/newsletter${query}`, typed, { 'accept-language': 'bg' });
  const page = await response.text();
  expect(response.status).toBe(status);
  expect(page).toContain(says);
  expect(page).toContain(`value="${typed.email}"`);
  expect(page).toContain(`value="${typed.given_name}"`);
  expect(
    await ask(server, 'select (select count(*) from submission) as submissions, (select count(*) from ledger_entry) as entries'),
  ).toEqual(before);
});

async function fillIn(visitor: Visitor, email: string): Promise<void> {
  await visitor.open(`${server.url}/f/newsletter?lang=bg`);
  await fillFields(visitor, email);
}

async function fillFields({ page }: Visitor, email: string): Promise<void> {
  await page.getByLabel('Имейл адрес').fill(email);
  await page.getByRole('checkbox').check();
  await letTimePass(page, keys);
}

function sentBy(email: string): Promise<{ language: string }[]> {
  return ask(server, `select s.language from submission s join contact_point p using (contact_id) where p.match_key = $1`, [
    email,
  ]);
}
