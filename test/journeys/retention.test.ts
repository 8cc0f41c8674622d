import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DESKTOP, newContext, openBrowser, openScreen, PHONE, seriousProblems, watch } from '#test/support/browser.ts';
import { type Server, startServer } from '#test/support/server.ts';
import { fillStage, type Stage } from '#test/support/server-stage.ts';

let server: Server;
let browser: Browser;
let stage: Stage;
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ owner: 'none' }), openBrowser()]);
  stage = await fillStage(server);
  // Kept for no time at all after the enquiry: due as soon as somebody looks; and one kept for three months.
  const [short, medium] = [
    await aPurpose('short-enquiries', 'Кратки запитвания', 0),
    await aPurpose('enquiries', 'Запитвания', 3),
  ];
  for (const [givenName, email, purpose] of [
    ['Аспарух', 'a.kratkov@example.bg', short],
    ['Биляна', 'b.kratkova@example.bg', short],
    ['Велизар', 'v.kratkov@example.bg', short],
    ['Гергана', 'g.dalgova@example.bg', medium],
  ]) {
    await stage.api('POST', '/contacts', {
      source: { kind: 'person', label: 'Запитване по телефона', obtainedFrom: 'data-subject' },
      purpose,
      legalBasis: 'contract',
      language: 'bg',
      givenName,
      familyName: 'Кратков',
      email,
    });
  }
});
afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

async function aPurpose(slug: string, name: string, months: number): Promise<string> {
  await stage.api('POST', '/purposes', {
    slug,
    name: { bg: name, en: slug },
    explanation: { bg: 'Отговаряме на запитването.', en: 'We answer the enquiry.' },
    legalBasis: 'contract',
    dataCategories: ['email', 'given_name', 'family_name'],
    channels: ['email'],
    retention: { starts: 'collection', months },
    isMarketing: false,
    doubleOptIn: false,
  });
  return slug;
}

test('a person on hold stays; the others are looked at, approved by their number, erased and certified, and the certificate holds', async () => {
  await stage.api('PATCH', '/me', { language: 'bg' });
  const context = await newContext(browser, { language: 'bg', viewport: DESKTOP });
  await stage.signIn(context);
  const page = await context.newPage();
  const seen = watch(page, server.url);

  await openScreen(page, `${server.url}/admin/people/${await stage.contactId('a.kratkov@example.bg')}`);
  await page.getByText('предстои изтриването им').waitFor();
  await page.getByRole('button', { name: 'Забрана за изтриване' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Защо' }).fill('Дело');
  await dialog.getByRole('button', { name: 'Забрана за изтриване' }).click();
  await dialog.getByText('Поне 10').waitFor();
  expect(await dialog.getByRole('textbox', { name: 'Защо' }).inputValue(), 'nothing typed is lost').toBe('Дело');
  await dialog.getByRole('textbox', { name: 'Защо' }).fill('Дело 12/2026 на СРС');
  await dialog.getByRole('button', { name: 'Забрана за изтриване' }).click();
  await page.getByText('Изтриването е забранено: Правна претенция').waitFor();
  expect(await seriousProblems(page)).toEqual([]);

  await openScreen(page, `${server.url}/admin/retention`);
  await page.getByText('Няма данни с изтекъл срок.').waitFor();
  await page.getByRole('button', { name: 'Преглед сега' }).click();
  await page.getByRole('button', { name: 'Преглед и решение: „Кратки запитвания“, 2 лица' }).click({ timeout: 30_000 });
  const preview = page.getByRole('dialog');
  await preview.getByRole('link', { name: 'Биляна Кратков' }).waitFor();
  await preview.getByText('Изключени: 1 със забрана за изтриване').waitFor();
  expect(await preview.getByRole('link', { name: 'Аспарух Кратков' }).count()).toBe(0);
  expect(await seriousProblems(page)).toEqual([]);
  const erase = preview.getByRole('button', { name: 'Изтриване', exact: true });
  expect(await erase.isDisabled(), 'nobody approves a number they have not read').toBe(true);
  await preview.getByRole('textbox', { name: /Въведете колко лица/ }).fill('3');
  expect(await erase.isDisabled()).toBe(true);
  await preview.getByRole('textbox', { name: /Въведете колко лица/ }).fill('2');
  await erase.click();

  await page.getByText(/Изтрити лица: 2;/).waitFor({ timeout: 30_000 });
  await page.getByRole('button', { name: 'Проверка на протокола за „Кратки запитвания“' }).click();
  await page.getByText('Протоколът е верен').first().waitFor();
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Протокол за „Кратки запитвания“', exact: true }).click();
  expect((await saving).suggestedFilename()).toMatch(/^saglasie-evidence-rtb_[0-9a-f]{32}\.zip$/);
  expect(await stage.contactId('a.kratkov@example.bg')).toMatch(/^con_/);
  const left = await stage.api<{ data: unknown[] }>('GET', '/contacts?search=kratkov');
  expect(left.data).toHaveLength(1);

  await page.getByRole('button', { name: 'Вдигане на забраната за Аспарух Кратков' }).click();
  await page.getByText('Няма забрани за изтриване.').waitFor();
  expect(await seriousProblems(page)).toEqual([]);
  expect(seen.violations).toEqual([]);
  expect(seen.foreign).toEqual([]);
  await context.close();
}, 120_000);

test('a contract that has ended is recorded on the person’s page, and from then on its period runs', async () => {
  await stage.api('PATCH', '/me', { language: 'bg' });
  const context = await newContext(browser, { language: 'bg', viewport: DESKTOP });
  await stage.signIn(context);
  const page = await context.newPage();
  await openScreen(page, `${server.url}/admin/people/${await stage.contactId('desi@example.bg')}`);
  await page.getByRole('button', { name: 'Приключи: Работа с клиенти' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('вече не важи за това лице').waitFor();
  expect(await seriousProblems(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Приключи' }).click();
  await page.getByText(/Работа с клиенти: до \d/).waitFor();
  await context.close();
}, 60_000);

test('on a phone and in English the screen says the same, by chart and by table, and saves it', async () => {
  await stage.api('PATCH', '/me', { language: 'en' });
  const context = await newContext(browser, { language: 'en', viewport: PHONE });
  await stage.signIn(context);
  const page = await context.newPage();
  await openScreen(page, `${server.url}/admin/retention`);
  await page.getByRole('heading', { name: 'The next twelve months' }).waitFor();
  await page.getByRole('img', { name: 'People and single data that will be due, by month' }).waitFor();
  await page.getByRole('button', { name: 'Show as table' }).click();
  await page.getByRole('columnheader', { name: 'Month' }).waitFor();
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as CSV' }).click();
  expect((await saving).suggestedFilename()).toMatch(/^retention-.*\.csv$/);
  expect(await seriousProblems(page)).toEqual([]);
  await context.close();
}, 60_000);
