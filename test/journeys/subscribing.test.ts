import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Keys } from '#platform/crypto/keys.ts';
import { mailTexts as bgMail } from '#src/languages/bg/mail.ts';
import { publicTexts as bg } from '#src/languages/bg/public.ts';
import { mailTexts as enMail } from '#src/languages/en/mail.ts';
import { publicTexts as en } from '#src/languages/en/public.ts';
import { newVisitor, openBrowser, type Visitor } from '#test/support/browser.ts';
import { linksOf, type Mailbox, openMailbox } from '#test/support/mailbox.ts';
import { ask, type Server, startServer } from '#test/support/server.ts';
import { keysOf, letTimePass } from '#test/support/server-forms.ts';

let server: Server;
let mail: Mailbox;
let keys: Keys;
let browser: Browser;

beforeAll(async () => {
  mail = await openMailbox();
  [server, browser] = await Promise.all([startServer({ env: { SMTP_URL: mail.smtpUrl } }), openBrowser()]);
  keys = await keysOf(server);
});
afterAll(async () => {
  await browser?.close();
  await server?.remove();
  await mail?.close();
});

const words = {
  bg: {
    texts: bg,
    mail: bgMail,
    title: 'Абонамент за бюлетина',
    submit: 'Абонирам се',
    email: 'Имейл адрес',
    givenName: 'Име (по избор)',
    consent: /^Давам съгласие/,
  },
  en: {
    texts: en,
    mail: enMail,
    title: 'Subscribe to the newsletter',
    submit: 'Subscribe',
    email: 'E-mail address',
    givenName: 'First name (optional)',
    consent: /^I consent/,
  },
} as const;

describe.each(['bg', 'en'] as const)('on a phone without scripts, in %s', (language) => {
  const { texts, mail: mailWords, ...form } = words[language];
  const other = language === 'bg' ? 'en' : 'bg';

  test('a person subscribes, confirms, changes their mind twice and leaves', async () => {
    const address = `maria-${language}@example.bg`;
    const visitor = await newVisitor(browser, server.url, { language });
    const { page } = visitor;

    await fillIn(visitor, address);
    await letTimePass(page, keys);
    await visitor.press(form.submit);
    expect(await visitor.heading()).toBe(texts.checkMail.title);

    const asked = await mail.take(address);
    expect(asked.subject).toBe(mailWords.confirmConsent.subject);
    expect(await permission(address)).toEqual({ allowed: false, reason: 'consent-not-confirmed' });
    await visitor.open(linksOf(asked).confirm);
    expect(await visitor.heading()).toBe(texts.confirm.title);
    await visitor.press(texts.confirm.confirm);
    expect(await visitor.heading()).toBe(language === 'bg' ? 'Абонаментът Ви е потвърден' : 'Your subscription is confirmed');
    expect(await permission(address)).toEqual({ allowed: true, reason: 'consent-given' });
    await visitor.open(linksOf(asked).confirm);
    expect(await page.locator('h1').innerText()).toMatch(texts.confirm.alreadyTitle('').trim());

    const confirmed = await mail.take(address);
    expect(confirmed.subject).toBe(mailWords.subscriptionConfirmed.subject);
    expect(confirmed.headers.get('list-unsubscribe-post') ?? confirmed.headers.get('list')).toBeDefined();
    const links = linksOf(confirmed);

    await visitor.open(links.p);
    expect(await visitor.heading()).toBe(texts.preferences.title);
    const newsletter = page.getByRole('checkbox');
    expect(await newsletter.isChecked()).toBe(true);
    await newsletter.uncheck();
    await visitor.press(texts.preferences.save);
    expect(await page.getByRole('status').innerText()).toContain(texts.preferences.changedTitle);
    expect(await newsletter.isChecked()).toBe(false);
    expect(await permission(address)).toEqual({ allowed: false, reason: 'consent-withdrawn' });

    await newsletter.check();
    await visitor.press(texts.preferences.save);
    expect(await permission(address)).toEqual({ allowed: false, reason: 'consent-withdrawn' });
    const askedAgain = await mail.take(address);
    await visitor.open(linksOf(askedAgain).confirm);
    await visitor.press(texts.confirm.confirm);
    expect(await permission(address)).toEqual({ allowed: true, reason: 'consent-given' });
    await mail.take(address);

    await visitor.open(links.u);
    await visitor.press(texts.unsubscribe.button);
    expect(await visitor.heading()).toBe(texts.unsubscribe.doneTitle);
    expect(await permission(address)).toEqual({ allowed: false, reason: 'consent-withdrawn' });
    await visitor.press(texts.unsubscribe.undo);
    expect(await visitor.heading()).toBe(texts.unsubscribe.undoneTitle);
    const undo = await mail.take(address);
    await visitor.open(linksOf(undo).confirm);
    await visitor.press(texts.confirm.confirm);
    expect(await permission(address)).toEqual({ allowed: true, reason: 'consent-given' });

    await visitor.open(links.why);
    expect(await visitor.heading()).toBe(texts.why.title);
    await page.getByRole('link', { name: texts.why.seeText }).click();
    expect(await page.locator('main').innerText()).toContain(texts.notice.hash);
    await page.getByRole('link', { name: texts.footer.notice }).click();
    expect(await page.locator('main').innerText()).toContain(texts.privacyNotice.complaint);
    await page.getByRole('link', { name: texts.footer.accessibility }).click();
    expect(await visitor.heading()).toBe(texts.accessibility.title);

    const oneClick = await fetch(links.u, {
      method: 'POST',
      body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }),
      redirect: 'manual',
    });
    expect([oneClick.status, oneClick.headers.get('set-cookie')]).toEqual([200, null]);
    expect(await permission(address)).toEqual({ allowed: false, reason: 'consent-withdrawn' });

    expect(await visitor.leave()).toEqual([]);
  }, 60_000);

  test('what was typed is still there after a mistake, after being too quick and in the other language', async () => {
    const visitor = await newVisitor(browser, server.url, { language });
    const { page } = visitor;
    await visitor.open(`${server.url}/f/newsletter`);
    expect(await page.locator('html').getAttribute('lang')).toBe(language);
    await page.getByLabel(form.email).fill('maria(at)example.bg');
    await page.getByLabel(form.givenName).fill('Мария <b>„Мими“</b>');
    await visitor.press(form.submit);

    expect(await page.title()).toContain(texts.errorPrefix.trim());
    expect(await page.locator('#errors:focus').count()).toBe(1);
    expect(await page.getByRole('alert').getByRole('link').allInnerTexts()).toEqual([
      texts.form.errors.emailInvalid,
      texts.form.errors.noBox,
    ]);
    await page.getByRole('link', { name: texts.form.errors.emailInvalid }).click();
    expect((await page.locator('#email:focus').count()) + (await page.locator('#email:target').count())).toBeGreaterThan(0);
    expect(await page.getByLabel(form.email).inputValue()).toBe('maria(at)example.bg');
    expect(await page.getByLabel(form.email).getAttribute('aria-invalid')).toBe('true');

    await page.getByLabel(form.email).fill(`mimi-${language}@example.bg`);
    await page.getByRole('checkbox').check();
    await visitor.press(language === 'bg' ? 'English' : 'Български');
    expect(await page.locator('html').getAttribute('lang')).toBe(other);
    expect(await page.getByLabel(words[other].email).inputValue()).toBe(`mimi-${language}@example.bg`);
    expect(await page.getByLabel(words[other].givenName).inputValue()).toBe('Мария <b>„Мими“</b>');
    expect(await page.getByRole('checkbox').isChecked()).toBe(true);

    await visitor.press(words[other].submit);
    expect(await visitor.heading()).toBe(words[other].title);
    expect(await page.locator('#errors:focus').innerText()).toContain(words[other].texts.form.tooFast.title);
    expect(await page.getByRole('checkbox').isChecked()).toBe(true);
    await letTimePass(page, keys);
    await visitor.press(words[other].submit);
    expect(await visitor.heading()).toBe(words[other].texts.checkMail.title);
    expect((await mail.take(`mimi-${language}@example.bg`)).subject).toBe(words[other].mail.confirmConsent.subject);
    expect(await visitor.leave()).toEqual([]);
  });

  test('somebody whose address a stranger typed says so, and is forgotten', async () => {
    const address = `stranger-${language}@example.bg`;
    const visitor = await newVisitor(browser, server.url, { language });
    const { page } = visitor;
    await fillIn(visitor, address);
    await letTimePass(page, keys);
    await visitor.press(form.submit);
    const confirm = linksOf(await mail.take(address)).confirm;
    await visitor.open(confirm);
    expect(await looksOf(page, '.choices button')).toHaveLength(1);
    await visitor.press(texts.confirm.notMe);
    expect(await visitor.heading()).toBe(texts.confirm.rejectedTitle);
    expect(await ask(server, `select from contact_point where match_key = $1`, [address])).toEqual([]);
    await visitor.open(confirm);
    expect(await visitor.heading()).toBe(texts.confirm.goneTitle);
    expect(await visitor.leave()).toEqual([]);
  });

  async function fillIn(visitor: Visitor, address: string): Promise<void> {
    const { page } = visitor;
    await visitor.open(`${server.url}/f/newsletter`);
    expect(await visitor.heading()).toBe(form.title);
    expect(await page.getByRole('checkbox').isChecked()).toBe(false);
    await page.getByLabel(form.email).fill(address);
    await page.getByLabel(form.givenName).fill('Мария');
    await page.getByLabel(form.consent).check();
  }
});

/** The different looks of some elements: one, if none is made more tempting than the others. */
async function looksOf(page: Page, selector: string): Promise<string[]> {
  const looks = await page.evaluate<string[]>(`[...document.querySelectorAll(${JSON.stringify(selector)})].map((element) => {
    const { color, backgroundColor, borderColor, fontSize, fontWeight, minHeight } = getComputedStyle(element);
    return JSON.stringify([color, backgroundColor, borderColor, fontSize, fontWeight, minHeight, element.clientWidth]);
  })`);
  return [...new Set(looks)];
}

async function permission(address: string): Promise<{ allowed: boolean; reason: string } | undefined> {
  const [answer] = await ask<{ allowed: boolean; reason: string }>(
    server,
    `select g.allowed, g.reason from contact_point c, purpose p, may_process(c.contact_id, p.id, 'email') g
      where c.match_key = $1 and p.slug = 'newsletter'`,
    [address],
  );
  return answer;
}
