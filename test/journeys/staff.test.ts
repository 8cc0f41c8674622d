import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLinkToken } from '#platform/crypto/link-token.ts';
import { setUpTexts as bgSetUp } from '#src/languages/bg/set-up.ts';
import { setUpTexts as enSetUp } from '#src/languages/en/set-up.ts';
import { DESKTOP, newContext, openBrowser, PHONE, seriousProblems, type Watch, watch } from '#test/support/browser.ts';
import { ask, owner, type Server, startServer } from '#test/support/server.ts';
import { keysOf, openForm, postForm } from '#test/support/server-forms.ts';
import { bg } from '../../admin/src/languages/bg.ts';
import { en } from '../../admin/src/languages/en.ts';

const address = 'maria@example.bg';

// One story told from its beginning to its end: each test goes on where the last one left off.
describe.each([
  { language: 'bg', viewport: DESKTOP, colorScheme: 'light', t: bg, setUp: bgSetUp },
  { language: 'en', viewport: PHONE, colorScheme: 'dark', t: en, setUp: enSetUp },
] as const)('in $language, $viewport.width wide, $colorScheme, staff', ({ language, viewport, colorScheme, t, setUp }) => {
  let server: Server;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let seen: Watch;
  const isPhone = viewport.width < 600;
  const admin = (path: string) => page.goto(`${server.url}/admin${path}`);
  const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor();
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const dialog = () => page.getByRole('dialog');

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer({ owner: 'none' }), openBrowser()]);
    context = await newContext(browser, { language, viewport, colorScheme });
    context.setDefaultTimeout(15_000);
    page = await context.newPage();
    seen = watch(page, server.url);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.remove();
  });

  test('become the owner by the link that was printed, which then closes', async () => {
    await page.goto(server.setUpUrl ?? '');
    await heading(setUp.setUp.title);
    await button(setUp.setUp.submit).last().click();
    expect(await page.getByRole('alert').getByRole('link').count()).toBe(6);
    const { fields } = setUp;
    await page.getByLabel(fields.companyName, { exact: true }).fill('Билки Родопа ООД');
    await page.getByLabel(fields.address, { exact: true }).fill('Смолян 4700, ул. „Перелик“ 12');
    await page.getByLabel(fields.companyEmail, { exact: true }).fill('zdravei@bilki-rodopa.bg');
    await page.getByLabel(fields.name, { exact: true }).fill('Мила Иванова');
    await page.getByLabel(fields.email, { exact: true }).fill(owner.email);
    await page.getByLabel(fields.password, { exact: true }).fill(owner.password);
    await button(setUp.setUp.submit).last().click();
    await heading(/Мила Иванова/);
    await page.getByText(t.home.checklist.steps.mail).waitFor();

    const stranger = await (await newContext(browser, { language })).newPage();
    await stranger.goto(server.setUpUrl ?? '');
    expect(await stranger.locator('h1').innerText()).toBe(setUp.gone.title);
    await stranger.context().close();
  });

  test('sign out and in again; a wrong password is told nothing', async () => {
    await page.getByRole('button', { name: new RegExp(`^${t.shell.account}`) }).click();
    await page.getByRole('menuitem', { name: t.shell.signOut }).click();
    await heading(t.signIn.title);
    await page.getByLabel(t.signIn.email, { exact: true }).fill(owner.email);
    await page.locator('input[name=password]').fill('not the password');
    await button(t.signIn.submit).click();
    expect(await page.getByRole('alert').innerText()).toContain(t.signIn.failed);
    await page.locator('input[name=password]').fill(owner.password);
    await button(t.signIn.submit).click();
    await heading(/Мила Иванова/);
    expect(await page.locator('html').getAttribute('lang')).toBe(language);
  });

  test('find who subscribed, see what may be done and why, and read the very text the person saw', async () => {
    await subscribe();
    await admin('/people');
    await page.getByRole('searchbox', { name: t.people.search }).fill('maria@');
    await page.getByRole('link', { name: 'Мария' }).click();
    await heading('Мария');
    const passport = page.getByRole('region', { name: t.contact.passport.title });
    await passport.getByText(t.contact.passport.yes, { exact: true }).waitFor();
    await passport.getByText(t.contact.passport.details, { exact: true }).first().click();
    await passport.getByRole('button', { name: t.contact.passport.seen }).click();
    const [shown] = await ask<{ body: string }>(
      server,
      `select t.body from ledger_entry l join notice_text t on t.hash = l.notice_hash where l.kind = 'consent-given'`,
    );
    await dialog().getByText('Абонамент за бюлетина').first().waitFor();
    for (const line of (shown?.body ?? '').split('\n').slice(0, 3).filter(Boolean)) {
      expect(await dialog().innerText()).toContain(line.trim());
    }
    expect(await seriousProblems(page)).toEqual([]);
    await dialog().getByRole('button', { name: t.common.close }).click();
    await passport.getByRole('button', { name: t.contact.passport.proof }).click();
    await dialog()
      .getByText(/^[0-9a-f]{64}$/)
      .first()
      .waitFor();
    await page.keyboard.press('Escape');
    await page.getByText(t.words.ledgerKind['consent-given'], { exact: true }).first().waitFor();
  });

  test('take a copy of everything home as CSV, JSON and vCard', async () => {
    for (const format of ['csv', 'json', 'vcf'] as const) {
      await button(t.contact.actions.export).click();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('menuitem', { name: t.contact.actions[format] }).click(),
      ]);
      expect(download.suggestedFilename()).toMatch(new RegExp(`\\.${format}$`));
      const text = await readFile(await download.path(), 'utf8');
      expect(text).toContain(address);
      expect(text).toContain('Мария');
      if (format === 'json') expect(JSON.stringify(JSON.parse(text))).toContain('consent-given');
      if (format === 'vcf') expect(text).toMatch(/^BEGIN:VCARD\r\nVERSION:/);
    }
  });

  test('add a person only with source, purpose and basis; a change keeps what was there', async () => {
    await admin('/people/new');
    await heading(t.contact.add.title);
    await page.getByLabel(t.words.field.givenName, { exact: true }).fill('Николай');
    await page.getByLabel(t.words.field.email, { exact: true }).fill('nikolay@example.bg');
    await button(t.contact.add.submit).click();
    await page.locator('[aria-invalid=true]').first().waitFor();
    expect(await ask(server, `select from contact where given_name = 'Николай'`)).toHaveLength(0);

    await page.getByLabel(t.contact.edit.label, { exact: true }).fill('Поръчка по телефона');
    await page.getByLabel(t.contact.edit.purpose, { exact: true }).selectOption('customer-relations');
    await button(t.contact.add.submit).click();
    await heading('Николай');

    await page.getByRole('link', { name: t.contact.actions.edit, exact: true }).click();
    await heading(/Николай/);
    await page.getByLabel(t.words.field.givenName, { exact: true }).fill('Никола');
    await page.getByLabel(t.contact.edit.label, { exact: true }).fill('Обади се сам');
    await page.getByLabel(t.contact.edit.purpose, { exact: true }).selectOption('customer-relations');
    await button(t.contact.edit.submit).click();
    await heading('Никола');
    await page.getByText(t.contact.timeline.change(t.words.field.givenName), { exact: true }).waitFor();
    expect(
      await ask(
        server,
        `select old_value, new_value from contact_change where field = 'given_name' and changed_by_kind = 'staff'`,
      ),
    ).toEqual([{ old_value: 'Николай', new_value: 'Никола' }]);
  });

  test('record on the telephone that a person withdraws: it holds at once', async () => {
    await openPerson('Мария');
    await button(t.contact.actions.withdraw).click();
    await dialog().getByLabel(t.words.method.phone, { exact: true }).check();
    await dialog().getByRole('button', { name: t.contact.withdraw.submit }).click();
    await dialog().waitFor({ state: 'hidden' });
    const passport = page.getByRole('region', { name: t.contact.passport.title });
    await passport.getByText(t.contact.passport.yes, { exact: true }).waitFor({ state: 'hidden' });
    expect(
      await ask(
        server,
        `select allowed, reason from purpose p, contact c, may_process(c.id, p.id, 'email') where p.slug = 'newsletter' and c.given_name = 'Мария'`,
      ),
    ).toEqual([{ allowed: false, reason: 'consent-withdrawn' }]);
  });

  test('erase a person only after typing their name, and find them nowhere', async () => {
    await button(t.contact.actions.erase).click();
    const erase = dialog().getByRole('button', { name: t.contact.erase.submit });
    const typed = dialog().getByLabel(t.contact.erase.type('Мария'));
    await typed.fill('Марин');
    expect(await erase.isDisabled()).toBe(true);
    expect(await seriousProblems(page)).toEqual([]);
    await typed.fill('Мария');
    await erase.click();
    await heading(t.people.title);
    await page.getByRole('link', { name: 'Никола' }).waitFor();
    expect(await page.getByRole('link', { name: 'Мария' }).count()).toBe(0);
    expect(await ask(server, `select from contact_point where match_key = $1`, [address])).toEqual([]);
  });

  test('see in the outbox what waits, and in the audit log everything that was done', async () => {
    await subscribe();
    await admin('/messages');
    await page.getByText(t.messages.heldTitle).waitFor();
    await page.getByRole('link', { name: t.words.template['subscription-confirmed'] }).first().click();
    await page.getByRole('tab', { name: t.messages.html }).click();
    await page.frameLocator('iframe').getByText('Билки Родопа ООД').first().waitFor();

    await admin('/audit');
    await heading(t.audit.title);
    const done = [
      'setup.completed',
      'staff.signed-in',
      'staff.sign-in-refused',
      'staff.signed-out',
      'contact.viewed',
      'contact.exported',
      'contact.added',
      'contact.changed',
      'permission.withdrawn',
      'contact.erased',
      'delivery.viewed',
    ] as const;
    const more = button(t.common.more);
    while (await more.isVisible()) await more.click();
    const log = await page.getByRole('table').innerText();
    for (const action of done) expect(log).toContain(t.audit.actions[action]);
    expect(await ask<{ action: string }>(server, 'select distinct action from audit_entry')).toEqual(
      expect.arrayContaining(done.map((action) => ({ action }))),
    );
  });

  test.skipIf(isPhone)('reach everything by keys, also on a Bulgarian layout', async () => {
    await admin('/');
    await heading(/Мила/);
    const cdp = await context.newCDPSession(page);
    const press = async (key: string, code: string, modifiers = 0) => {
      // On a Bulgarian keyboard a key says what is printed on it; only its place says which shortcut was meant.
      for (const type of ['rawKeyDown', 'keyUp'] as const) {
        await cdp.send('Input.dispatchKeyEvent', { type, key, code, modifiers, windowsVirtualKeyCode: code.charCodeAt(3) });
      }
    };
    await press('г', 'KeyG');
    await press('п', 'KeyP');
    await heading(t.people.title);
    await page.getByRole('link', { name: 'Никола' }).waitFor();
    await press('й', 'KeyJ');
    expect(await page.locator('[data-row-link]:focus').count()).toBe(1);
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: t.contact.passport.title }).waitFor();
    await press('к', 'KeyK', 2);
    await page.getByRole('textbox', { name: t.shell.commandHint }).fill('Никола');
    await page
      .getByRole('button', { name: /Никола/ })
      .first()
      .waitFor();
    expect(await seriousProblems(page)).toEqual([]);
    await page.keyboard.press('Escape');
  });

  test('meet no error, no dialog nobody asked for and no foreign host on the way', () => {
    expect([...seen.violations, ...seen.foreign]).toEqual([]);
  });

  async function openPerson(name: string): Promise<void> {
    await admin('/people');
    await page.getByRole('link', { name, exact: true }).click();
    await heading(name);
  }

  async function subscribe(): Promise<void> {
    const keys = await keysOf(server);
    const { token } = await openForm(server, keys);
    // Erased people may come back by themselves, and then only a new consent lets mail out to them.
    const sent = await postForm(`${server.url}/f/newsletter`, {
      _form: token,
      email: address,
      given_name: 'Мария',
      consent: 'newsletter:email',
    });
    expect(sent.status).toBe(303);
    const [submission] = await ask<{ id: string }>(
      server,
      `select id from submission where status = 'pending' order by created_at desc limit 1`,
    );
    await postForm(`${server.url}/confirm/${createLinkToken(keys, { kind: 'confirm', ids: [submission?.id ?? ''] })}`, {
      answer: 'confirm',
    });
  }
});
