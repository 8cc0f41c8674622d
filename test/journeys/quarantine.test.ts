import { mkdirSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DESKTOP, newContext, openBrowser, PHONE, seriousProblems, type Watch, watch } from '#test/support/browser.ts';
import { type Server, startServer } from '#test/support/server.ts';
import { fillStage, type Stage } from '#test/support/server-stage.ts';
import { bg } from '../../admin/src/languages/bg.ts';
import { en } from '../../admin/src/languages/en.ts';

/** Where pictures go when somebody wants to look: PICTURES=/tmp/pictures npx vitest run test/journeys/quarantine.test.ts */
const pictures = process.env.PICTURES;
const list = 'Стар списък от предишния собственик';

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
  const admin = (path: string) => page.goto(`${server.url}/admin${path}`);
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const dialog = () => page.getByRole('dialog');
  const look = async (name: string) => {
    expect(await seriousProblems(page)).toEqual([]);
    if (!pictures) return;
    mkdirSync(pictures, { recursive: true });
    await page.screenshot({ path: `${pictures}/${language}-${name}.png`, fullPage: true });
  };

  test('Home says who is in quarantine and whom to tell, and leads there', async () => {
    await admin('/');
    await page.getByRole('link', { name: `${t.home.quarantined}: 1` }).click();
    await page.getByRole('heading', { level: 1, name: t.quarantine.title }).waitFor();
    await page.getByText(list).first().waitFor();
    await look('quarantine');
  });

  test('why people may be asked is stated with every condition, or refused', async () => {
    const words = t.quarantine.ground;
    await button(t.quarantine.mayAskOf(list)).click();
    await dialog().getByLabel(words.grounds['legal-entity']).check();
    await dialog().getByLabel(words.conditions['legal-person-address']).check();
    await dialog().getByLabel(t.quarantine.act.reason).fill('Общи адреси на фирми от публични сайтове.');
    await dialog().getByRole('button', { name: words.submit, exact: true }).click();
    await dialog().getByRole('alert').first().waitFor();
    expect(await dialog().getByLabel(t.quarantine.act.reason).inputValue()).toBe('Общи адреси на фирми от публични сайтове.');
    await dialog().getByLabel(words.conditions['not-in-refusal-register']).check();
    await look('may-ask');
    await dialog().getByRole('button', { name: words.submit, exact: true }).click();
    await dialog().waitFor({ state: 'hidden' });
  });

  test('a legal basis is assigned with a reason, after what the law forbids was read and what it would do was seen', async () => {
    const words = t.quarantine.act;
    await button(t.quarantine.repairOf(list)).click();
    await dialog().getByLabel(words.kinds.basis).check();
    await dialog()
      .getByText(words.warning[0] ?? '')
      .waitFor();
    await dialog().getByLabel(words.purpose, { exact: true }).selectOption({ index: 0 });
    await dialog().getByLabel(words.reason, { exact: true }).fill('Договорът с него от 2024 г. е в архива.');
    await button(words.preview).click();
    await dialog().getByRole('alert').first().waitFor();
    expect(await dialog().getByLabel(words.reason, { exact: true }).inputValue()).toBe('Договорът с него от 2024 г. е в архива.');
    await dialog().getByLabel(words.warningRead).check();
    await button(words.preview).click();
    await dialog().getByText(t.quarantine.outcomes.leaves).waitFor();
    await look('repair');
    await button(words.start('1')).click();
    await dialog().waitFor({ state: 'hidden' });
    await page.getByText(t.jobs.states.done, { exact: true }).first().waitFor();
    await page.getByText(t.quarantine.none).waitFor();
    await look('repaired');
  });

  test('coverage says what is missing, how it counts, and leads to who is to be told', async () => {
    await admin('/coverage');
    await page.getByRole('heading', { name: t.dataCoverage.formula.title }).waitFor();
    await look('coverage');
    await page
      .getByRole('link', { name: new RegExp(`^${t.dataCoverage.told}: \\d+, ${list}$`) })
      .first()
      .click();
    await page.getByRole('heading', { level: 1, name: t.toTell.title }).waitFor();
    await page.getByRole('link', { name: 'Стоян' }).waitFor();
    await look('to-tell');
  });

  test('the notice is read before it is sent; who was told by telephone is told, and the queue is empty', async () => {
    await button(t.toTell.send).click();
    await dialog().getByText(list).first().waitFor();
    await look('send-notice');
    await button(t.common.cancel).click();
    await page.getByLabel(t.toTell.select('Стоян')).check();
    await button(t.toTell.record).click();
    await dialog().getByLabel(t.toTell.recordDialog.how).selectOption('phone');
    await look('told-by-us');
    await button(t.toTell.recordDialog.submit('1')).click();
    await dialog().waitFor({ state: 'hidden' });
    await page.getByText(t.toTell.noMatch).waitFor();
    await admin(`/people/${await stage.contactId('stoyan@example.bg')}`);
    await page.getByText(t.words.ledgerKind['notice-given']).first().waitFor();
    expect(seen.violations).toEqual([]);
    expect(seen.foreign).toEqual([]);
  });
});
