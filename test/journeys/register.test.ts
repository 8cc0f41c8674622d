import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  DESKTOP,
  newContext,
  openBrowser,
  openScreen,
  PHONE,
  seriousProblems,
  type Watch,
  watch,
} from '#test/support/browser.ts';
import { type Server, startServer } from '#test/support/server.ts';
import { fillStage, heroine, type Stage, signInAs } from '#test/support/server-stage.ts';
import { bg } from '../../admin/src/languages/bg.ts';
import { en } from '../../admin/src/languages/en.ts';

// One story told from its beginning to its end: each test goes on where the last one left off.
describe.each([
  { language: 'bg', viewport: DESKTOP, colorScheme: 'light', t: bg },
  { language: 'en', viewport: PHONE, colorScheme: 'dark', t: en },
] as const)('in $language, $viewport.width wide, $colorScheme, a data protection officer', (how) => {
  const { language, viewport, colorScheme, t } = how;
  let server: Server;
  let browser: Browser;
  let stage: Stage;
  let context: BrowserContext;
  let page: Page;
  let seen: Watch;
  let person: string;
  const words = t.register;
  const admin = (path: string) => openScreen(page, `${server.url}/admin${path}`);
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const heading = (name: string) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
  const labelled = (name: string) => page.getByLabel(name, { exact: true });
  const partners = language === 'bg' ? 'Връзки с доставчици и партньори' : 'Suppliers and partners';

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer({ owner: 'none' }), openBrowser()]);
    stage = await fillStage(server);
    person = await stage.contactId(heroine);
    await stage.api('PATCH', '/me', { language });
    context = await newContext(browser, { language, viewport, colorScheme });
    context.setDefaultTimeout(15_000);
    await stage.signIn(context);
    page = await context.newPage();
    seen = watch(page, server.url);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.remove();
  });

  test('begins the register with what a small company does, and sees what is missing', async () => {
    await admin('/register');
    await page.getByText(words.starter, { exact: true }).waitFor();
    await button(words.starterDo).click();
    await page.getByRole('link', { name: partners }).waitFor();
    await page.getByText(words.gap['interests-missing']).waitFor();
    expect(await button(words.starterDo).count(), 'offered once').toBe(0);
    expect(await seriousProblems(page)).toEqual([]);
  });

  test('weighs an interest in three steps; a template nobody rewrote is refused, and nothing typed is lost', async () => {
    await page.getByRole('link', { name: partners }).click();
    await heading(partners);
    expect(await seriousProblems(page)).toEqual([]);
    await page.getByRole('link', { name: words.interestsOpen }).click();
    await heading(words.interests);
    await labelled(words.step1).fill('Поддържаме връзка с хората при доставчиците си.');
    await page.getByRole('radio', { name: words.interestsOutcome['may-rely'] }).check();
    await labelled(words.reviewedOn).fill('2026-11-24');
    await labelled(words.nextReviewOn).fill('2027-11-24');
    await button(words.assess).click();
    await page.locator('[aria-invalid=true]').first().waitFor();
    expect(await page.locator(':focus').getAttribute('aria-invalid')).toBe('true');
    expect(await labelled(words.step1).inputValue()).toBe('Поддържаме връзка с хората при доставчиците си.');
    await labelled(words.step2).fill('Без име и служебен адрес не можем да поръчваме.');
    await labelled(words.step3).fill('Хората го очакват: пишем им само за поръчки.');
    await labelled(words.measures).fill('');
    await button(words.assess).click();
    await heading(partners);
    await page.getByText(words.interestsOutcome['may-rely'], { exact: true }).waitFor();
    expect(await page.getByText(words.gap['interests-missing']).count()).toBe(0);
  });

  test('says when it was reviewed, and enters who processes for the company', async () => {
    await labelled(words.reviewedOn).fill('2026-11-24');
    await button(words.save).click();
    await page.getByText(words.gap['never-reviewed']).waitFor({ state: 'detached' });
    await admin('/register');
    await button(words.addProcessor).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(words.name, { exact: true }).fill('Mailer Inc');
    await dialog.getByLabel(words.service, { exact: true }).fill('Изпращане на имейли');
    await dialog.getByLabel(words.country, { exact: true }).selectOption('US');
    expect(await seriousProblems(page)).toEqual([]);
    await dialog.getByRole('button', { name: words.save, exact: true }).click();
    await button('Mailer Inc').waitFor();
    await page.getByText(words.processorGap['safeguard-missing']).waitFor();
    await button('Mailer Inc').click();
    await dialog.getByLabel(words.safeguardLabel).selectOption('standard-clauses');
    await dialog.getByLabel(words.contractReference, { exact: true }).fill('DPA-7');
    await dialog.getByLabel(words.contractDate, { exact: true }).fill('2026-01-31');
    await dialog.getByRole('button', { name: words.save, exact: true }).click();
    await page.getByText(words.processorGap['safeguard-missing']).waitFor({ state: 'detached' });
  });

  test('describes a field that serves nothing: red on the map, and nobody can fill it in until it serves', async () => {
    await admin('/fields/new');
    await labelled(t.fields.key).fill('loyalty');
    await labelled(t.fields.type).selectOption('choice');
    await page.locator('input[lang=bg]').first().fill('Лоялност');
    await page.locator('input[lang=en]').first().fill('Loyalty');
    const options = page.getByRole('group', { name: t.fields.options });
    for (const [at, [value, inBg, inEn]] of [
      ['gold', 'Злато', 'Gold'],
      ['silver', 'Сребро', 'Silver'],
    ].entries()) {
      await button(t.fields.addOption).click();
      await options
        .getByLabel(t.fields.optionValue)
        .nth(at)
        .fill(value ?? '');
      await options
        .getByLabel(t.fields.optionBg)
        .nth(at)
        .fill(inBg ?? '');
      await options
        .getByLabel(t.fields.optionEn)
        .nth(at)
        .fill(inEn ?? '');
    }
    await page.getByRole('checkbox', { name: t.words.role.sales }).uncheck();
    expect(await seriousProblems(page)).toEqual([]);
    await button(t.fields.save).click();
    await heading(t.fields.title);

    await admin('/data-map');
    const name = language === 'bg' ? 'Лоялност' : 'Loyalty';
    await page.locator('tr[data-idle=true]', { hasText: name }).waitFor();
    expect(await seriousProblems(page)).toEqual([]);
    await page.getByText(t.dataMap.asText, { exact: true }).click();
    await page.getByRole('listitem').filter({ hasText: name }).filter({ hasText: t.fields.idle }).first().waitFor();

    await admin(`/people/${person}/edit`);
    expect(await labelled(name).isDisabled()).toBe(true);
    await page.getByRole('link', { name: t.fields.fix }).click();
    await page.getByRole('checkbox', { name: language === 'bg' ? 'Работа с клиенти' : 'Customer relations' }).check();
    await page.getByRole('radio', { name: t.fields.notMaterial }).check();
    await button(t.fields.save).click();
    await page.locator('[aria-invalid=true]').first().waitFor();
    await labelled(t.fields.reason).fill('Казано в договора');
    await button(t.fields.save).click();
    await heading(t.fields.title);

    await admin(`/people/${person}/edit`);
    await labelled(name).selectOption('gold');
    await labelled(t.contact.edit.label).fill('Разговор на щанда');
    await labelled(t.contact.edit.purpose).selectOption({ label: language === 'bg' ? 'Работа с клиенти' : 'Customer relations' });
    await labelled(t.contact.edit.basis).selectOption('contract');
    await button(t.contact.edit.submit).click();
    await page.getByText(language === 'bg' ? 'Злато' : 'Gold', { exact: true }).waitFor();
  });

  test('gives the register away as a file that opens without network, and keeps a field from whom it does not concern', async () => {
    await admin('/register');
    await button(words.exportMenu).click();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: language === 'bg' ? words.exportHtml : words.exportHtmlEn }).click(),
    ]);
    const folder = await mkdtemp(join(tmpdir(), 'saglasie-register-'));
    const path = join(folder, 'register.html');
    await file.saveAs(path);
    const reader = await newContext(browser, { language, viewport, scripts: false });
    await reader.setOffline(true);
    const paper = await reader.newPage();
    const requests: string[] = [];
    paper.on('request', (request) => requests.push(request.url()));
    await paper.goto(pathToFileURL(path).href);
    await paper.getByRole('heading', { name: partners, exact: true }).waitFor();
    await paper.getByText('Mailer Inc').first().waitFor();
    expect(requests).toEqual([pathToFileURL(path).href]);
    await reader.close();
    await rm(folder, { recursive: true });

    const sales = await newContext(browser, { language, viewport, colorScheme });
    sales.setDefaultTimeout(15_000);
    await signInAs(server, stage, sales, { role: 'sales', language });
    const screen = await sales.newPage();
    await openScreen(screen, `${server.url}/admin/people/${person}`);
    await screen.getByText(heroine).first().waitFor();
    expect(await screen.getByText(/Злато|Gold/).count()).toBe(0);
    await openScreen(screen, `${server.url}/admin/register`);
    await screen.getByRole('link', { name: partners }).waitFor();
    expect(await screen.getByRole('button', { name: words.addProcessor }).count(), 'read only').toBe(0);
    await sales.close();
    expect([seen.foreign, seen.violations]).toEqual([[], []]);
  });
});
