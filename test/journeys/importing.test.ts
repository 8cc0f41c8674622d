import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DESKTOP, newContext, openBrowser, openScreen, PHONE, seriousProblems, switchTo, watch } from '#test/support/browser.ts';
import { importCorpus } from '#test/support/import-corpus.ts';
import { type Server, startServer } from '#test/support/server.ts';
import { fillStage, type Stage } from '#test/support/server-stage.ts';

let server: Server;
let browser: Browser;
let stage: Stage;
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ owner: 'none' }), openBrowser()]);
  stage = await fillStage(server);
});
afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

const existing = async (email: string) =>
  (
    await stage.api<{ data: { email: string; state: string }[] }>('GET', `/contacts?search=${encodeURIComponent(email)}`)
  ).data.find((one) => one.email === email);

async function choose(page: Page, corpus: string): Promise<void> {
  await importCorpus(corpus, async (path) => {
    await page.locator('input[type=file]').setInputFiles(path);
    await page.waitForURL(/\/import\/imp_/);
  });
}

/** What makes a page scroll sideways, by its class and first words. */
const wider = `document.documentElement.scrollWidth <= window.innerWidth ? [] : [...document.querySelectorAll('body *')]
  .filter((one) => one.getBoundingClientRect().right > window.innerWidth + 1)
  .map((one) => one.tagName + ' ' + one.className + ' ' + one.textContent.slice(0, 40)).slice(-8)`;

test('a table in an old encoding is understood, checked, taken over into quarantine where nothing proves it, and undone', async () => {
  await stage.api('PATCH', '/me', { language: 'bg' });
  const context = await newContext(browser, { language: 'bg', viewport: DESKTOP });
  await stage.signIn(context);
  const page = await context.newPage();
  const seen = watch(page, server.url);
  await openScreen(page, `${server.url}/admin/import`);
  await page.getByText('Още нищо не е внасяно.').waitFor();
  await choose(page, 'home-made.csv');

  await page.getByText('Не разпознахме продукта').waitFor();
  await page.getByText('Кодирането е познато по буквите').waitFor();
  const email = page.getByRole('combobox', { name: 'Значение на „Имейл“' });
  await email.waitFor();
  expect(await email.inputValue()).toBe('email');
  await page.getByText('Мария', { exact: true }).first().waitFor();
  expect(await seriousProblems(page)).toEqual([]);

  await page.getByRole('button', { name: 'Проверка, без да се внася нищо' }).first().click();
  await page.getByRole('textbox', { name: 'Откъде е файлът' }).and(page.locator('[aria-invalid=true]')).waitFor();
  await page.getByRole('textbox', { name: 'Откъде е файлът' }).fill('Клиенти от старата таблица, 2023 г.');
  await page.getByRole('combobox', { name: 'За какво ще ги използвате' }).selectOption('newsletter');
  await page.getByRole('button', { name: 'Проверка, без да се внася нищо' }).first().click();

  await page.getByText('Какво би станало').waitFor({ timeout: 30_000 });
  await page.getByRole('heading', { name: '3. Проверка и внасяне' }).waitFor();
  expect(await existing('maria@example.bg'), 'a check takes nothing').toBeUndefined();
  await page.getByText('не е имейл адрес').waitFor();
  const file = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Файл с тези редове и причините, за Excel' }).click();
  const errors = await readFile(await (await file).path(), 'utf8');
  expect(errors).toContain('petar(at)example.bg');
  expect(errors, 'a formula is text to a spreadsheet').not.toMatch(/(^|[;,"])=SUM/m);
  expect(await seriousProblems(page)).toEqual([]);

  await page.getByRole('button', { name: 'Внасяне', exact: true }).click();
  await page.getByRole('button', { name: 'Отмяна на целия импорт' }).waitFor({ timeout: 30_000 });
  await page.getByText('от тях под карантина').waitFor();
  expect((await existing('maria@example.bg'))?.state).toBe('quarantined');
  for (const scheme of ['dark', 'light'] as const) {
    await switchTo(page, scheme);
    expect(await seriousProblems(page), scheme).toEqual([]);
  }

  await page.getByRole('button', { name: 'Отмяна на целия импорт' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Отмяна на импорта' }).click();
  await page.getByText('Отменен').first().waitFor({ timeout: 30_000 });
  expect(await existing('maria@example.bg'), 'whoever it brought is gone').toBeUndefined();
  expect(seen.violations).toEqual([]);
  expect(seen.foreign).toEqual([]);
  await context.close();
});

test('the archive of Mailchimp is recognised on a phone: proven consents count, whoever left is never written to', async () => {
  await stage.api('PATCH', '/me', { language: 'en' });
  const context = await newContext(browser, { language: 'en', viewport: PHONE });
  await stage.signIn(context);
  const page = await context.newPage();
  await openScreen(page, `${server.url}/admin/import`);
  await choose(page, 'mailchimp.zip');
  await page.getByText('This looks like an export of Mailchimp.').waitFor();
  await page.getByRole('textbox', { name: 'Where the file comes from' }).fill('Mailchimp, main audience');
  await page.getByRole('combobox', { name: 'What you will use them for' }).selectOption('newsletter');
  await page.getByRole('combobox', { name: 'On which legal basis' }).selectOption('consent');
  await page.getByText('Only rows with evidence of consent').waitFor();
  expect(await seriousProblems(page)).toEqual([]);
  await page.getByRole('button', { name: 'Check it, take nothing' }).first().click();
  await page.getByText('What would happen').waitFor({ timeout: 30_000 });
  await page.getByRole('button', { name: 'Take it over' }).click();
  await page.getByText('Consents with evidence').waitFor({ timeout: 30_000 });
  await page
    .getByText('Addresses that must not be used')
    .or(page.getByText('Withdrawals and objections taken over'))
    .first()
    .waitFor();
  expect(await page.evaluate(wider), 'nothing runs out of a phone').toEqual([]);
  expect(await seriousProblems(page)).toEqual([]);
  await context.close();
});

test('a file nobody can read is refused in words, and the screen stays', async () => {
  const context = await newContext(browser, { language: 'en', viewport: DESKTOP });
  await stage.signIn(context);
  const page = await context.newPage();
  await openScreen(page, `${server.url}/admin/import`);
  await page.locator('input[type=file]').setInputFiles({ name: 'empty.csv', mimeType: 'text/csv', buffer: Buffer.alloc(0) });
  await page.getByRole('alert').waitFor();
  expect(page.url()).toMatch(/\/import$/);
  await context.close();
});
