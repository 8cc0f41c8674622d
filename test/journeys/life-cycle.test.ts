import { mkdirSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DESKTOP, newContext, openBrowser, PHONE, seriousProblems, type Watch, watch } from '#test/support/browser.ts';
import { type Server, startServer } from '#test/support/server.ts';
import { fillStage, heroine, type Stage } from '#test/support/server-stage.ts';
import { bg } from '../../admin/src/languages/bg.ts';
import { en } from '../../admin/src/languages/en.ts';

/** Where pictures go when somebody wants to look: PICTURES=/tmp/pictures npx vitest run test/journeys/life-cycle.test.ts */
const pictures = process.env.PICTURES;

describe.each([
  { language: 'bg', viewport: DESKTOP, t: bg },
  { language: 'en', viewport: PHONE, t: en },
] as const)('in $language, $viewport.width wide', ({ language, viewport, t }) => {
  let server: Server;
  let browser: Browser;
  let context: BrowserContext;
  let stage: Stage;
  let page: Page;
  let seen: Watch;
  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer({ owner: 'none' }), openBrowser()]);
    stage = await fillStage(server);
    await stage.api('PATCH', '/me', { language });
    context = await newContext(browser, { language, viewport });
    context.setDefaultTimeout(15_000);
    await stage.signIn(context);
    page = await context.newPage();
    seen = watch(page, server.url);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.remove();
  });
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const look = async (name: string) => {
    expect(await seriousProblems(page)).toEqual([]);
    if (!pictures) return;
    mkdirSync(pictures, { recursive: true });
    await page.screenshot({ path: `${pictures}/${language}-${name}.png`, fullPage: true });
  };

  test('a paper with a signature becomes a consent, after it was said what will happen', async () => {
    await page.goto(`${server.url}/admin/people/${await stage.contactId('nikolay@example.bg')}`);
    await button(t.contact.actions.recordConsent).click();
    const words = t.contact.recordConsent;
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(t.words.method.paper).check();
    await dialog.getByRole('textbox', { name: words.text }).fill('Давам съгласие да получавам бюлетина по имейл.');
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'a.pdf', mimeType: 'application/pdf', buffer: Buffer.from('<!doctype html><script>') });
    await button(words.foresee).click();
    await dialog
      .getByText(language === 'bg' ? 'Такъв вид файл не се приема' : 'This kind of file is not accepted')
      .first()
      .waitFor();
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'a.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7 signed') });
    await button(words.foresee).click();
    await dialog.getByText(words.given).waitFor();
    await look('record');
    await button(words.submit).click();
    await page.getByText(t.words.evidenceGrade.C).first().waitFor();
    await look('passport');
  });

  test('a change that goes beyond what people know is called so, with whom it concerns, before it is made', async () => {
    const { data } = await stage.api<{ data: { id: string; slug: string }[] }>('GET', '/purposes');
    const newsletter = data.find(({ slug }) => slug === 'newsletter');
    await page.goto(`${server.url}/admin/purposes/${newsletter?.id}/edit`);
    await page.locator('textarea[lang=en]').first().fill('News, and offers of other companies.');
    await look('editor');
    await button(t.purposes.editor.submit).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(t.purposes.change.signs['explanation-changed']).waitFor();
    await dialog.getByText(t.purposes.change.consequence).waitFor();
    await look('change');
    await dialog.getByRole('button', { name: t.purposes.editor.submit }).click();
    await page.waitForURL(/purposes\/pur_[0-9a-f]{32}$/);
    await page.goto(`${server.url}/admin/people/${await stage.contactId(heroine)}`);
    await page
      .getByText(language === 'bg' ? 'Оттогава целта се е променила' : 'The purpose has changed since', { exact: false })
      .first()
      .waitFor();
    await page.goto(`${server.url}/admin/people?purpose=newsletter&channel=email&answer=outdated`);
    await page.getByText('Мария').first().waitFor();
    await look('people');
    expect(seen).toEqual({ foreign: [], violations: [] });
  });
});
