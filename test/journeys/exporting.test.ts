import { readFile } from 'node:fs/promises';
import Papa from 'papaparse';
import type { Browser, Page } from 'playwright-core';
import readXlsx from 'read-excel-file/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newContext, openBrowser, openScreen, PHONE, seriousProblems, watch } from '#test/support/browser.ts';
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

async function openAsOwner(viewport?: typeof PHONE) {
  await stage.api('PATCH', '/me', { language: 'bg' });
  const context = await newContext(browser, { language: 'bg', ...(viewport ? { viewport } : {}) });
  await stage.signIn(context);
  const page = await context.newPage();
  return { page, seen: watch(page, server.url) };
}

async function taken(page: Page): Promise<Buffer> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Изтегляне' }).click()]);
  expect(download.suggestedFilename()).toMatch(/^saglasie-people-\d{4}-\d\d-\d\d\.(csv|xlsx)$/);
  return readFile(await download.path());
}

test('from the list with its filter to a file that opens: who is left out and why is seen before anything is given', async () => {
  const { page, seen } = await openAsOwner();
  await openScreen(page, `${server.url}/admin/people?language=bg`);
  await page.getByRole('link', { name: 'Износ', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Нов износ' }).waitFor();
  expect(await page.getByRole('radio', { name: /Тези, които показва списъкът/ }).isChecked()).toBe(true);

  // Sent as it stands, everything stays and what is missing is said beside it.
  await page.getByRole('button', { name: 'Проверка кои данни може да се дадат' }).click();
  await page.getByRole('alert').first().waitFor();
  expect(await page.getByLabel('Име на получателя').getAttribute('aria-invalid')).toBe('true');
  await page.getByRole('combobox', { name: 'На кого' }).selectOption('processor');
  await page.getByLabel('Име на получателя').fill('Печатница АД');
  await page.getByRole('combobox', { name: 'За коя цел' }).selectOption('newsletter');
  await page.getByLabel('За какво точно').fill('Пролетен каталог');
  expect(await seriousProblems(page)).toEqual([]);
  await page.getByRole('button', { name: 'Проверка кои данни може да се дадат' }).click();

  await page.getByRole('heading', { level: 1, name: 'Пролетен каталог' }).waitFor();
  await page.getByText('Остават извън износа').waitFor();
  await page
    .getByText(/Никога не са питани за съгласие|Съгласието още не е потвърдено/)
    .first()
    .waitFor();
  expect(await seriousProblems(page)).toEqual([]);
  const csv = String(await taken(page));
  expect(csv.startsWith('\uFEFFНомер;Име;Фамилия;')).toBe(true);
  const rows = Papa.parse<string[]>(csv.slice(1), { delimiter: ';', newline: '\r\n' }).data.slice(1, -1);
  expect(rows.length).toBeGreaterThan(0);
  await page.getByText('Изтеглен', { exact: true }).waitFor();
  expect(await page.getByRole('button', { name: 'Изтегляне' }).count(), 'once').toBe(0);

  // The person's own page tells to whom it went.
  const id = rows[0]?.[0] ?? '';
  await openScreen(page, `${server.url}/admin/people/${id}`);
  await page.getByText('Дадено на Печатница АД').waitFor();
  expect(seen.violations).toEqual([]);
  expect(seen.foreign).toEqual([]);
});

test('a copy of our own as a workbook, on a phone and by keyboard', async () => {
  const { page, seen } = await openAsOwner(PHONE);
  await openScreen(page, `${server.url}/admin/exports`);
  await page.getByRole('link', { name: 'Нов износ' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('combobox', { name: 'На кого' }).selectOption('own-system');
  await page.getByLabel('Име на получателя').fill('Архив');
  await page.getByLabel('За какво точно').fill('Седмично копие');
  await page.getByRole('combobox', { name: 'Като' }).selectOption('xlsx');
  await page.getByLabel('За какво точно').focus();
  await page.getByRole('button', { name: 'Проверка кои данни може да се дадат' }).press('Enter');
  await page.getByText('Никой не остава извън износа.').waitFor();
  const [people] = await readXlsx(await taken(page));
  const { data } = await stage.api<{ data: { id: string }[] }>('GET', '/contacts?limit=100');
  expect(
    people?.data
      .slice(1)
      .map(([id]) => id)
      .sort(),
  ).toEqual(data.map(({ id }) => id).sort());
  expect(seen.violations).toEqual([]);
});
