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
});
afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

const account = {
  source: { kind: 'event', label: 'Панаир Пловдив 2026', obtainedFrom: 'data-subject' },
  purpose: 'customer-relations',
  legalBasis: 'contract',
} as const;

async function addTwins(given: readonly [string, string], family: readonly [string, string], phone: string) {
  const add = (at: 0 | 1, city: string) =>
    stage.api<{ id: string }>('POST', '/contacts', {
      ...account,
      language: 'bg',
      country: 'BG',
      givenName: given[at],
      familyName: family[at],
      email: `${phone}.${at}@example.bg`,
      phone,
      city,
    });
  return [await add(0, 'Русе'), await add(1, 'Варна')] as const;
}

async function openAsStaff(language: 'bg' | 'en', viewport: typeof PHONE | typeof DESKTOP) {
  await stage.api('PATCH', '/me', { language });
  const context = await newContext(browser, { language, viewport });
  await stage.signIn(context);
  const page = await context.newPage();
  return { page, seen: watch(page, server.url) };
}

test('from a search to a pair side by side, one record, and two again, on a phone', { timeout: 120_000 }, async () => {
  const [one, other] = await addTwins(['Ивайло', 'Ivaylo'], ['Щерев', 'Shterev'], '0888303030');
  const { page, seen } = await openAsStaff('bg', PHONE);
  await openScreen(page, `${server.url}/admin/duplicates`);
  await page.getByRole('heading', { level: 1, name: 'Дублирани записи' }).waitFor();
  await page.getByRole('button', { name: 'Търсене сега' }).click();
  await page
    .getByRole('link', { name: /^Сравняване на Ив/ })
    .or(page.getByRole('link', { name: /^Сравняване на Iv/ }))
    .first()
    .waitFor();
  expect(await seriousProblems(page)).toEqual([]);
  await page.getByText('Същият телефонен номер, Същото име на кирилица и латиница').first().waitFor();
  await page
    .getByRole('link', { name: /^Сравняване на/ })
    .first()
    .click();

  await page.getByRole('heading', { level: 1, name: 'Сравняване на два записа' }).waitFor();
  expect(await seriousProblems(page)).toEqual([]);
  await page.getByRole('radio', { name: 'Коя стойност остава: Град: Варна' }).check();
  await page.getByRole('button', { name: 'Обединяване' }).click();
  await page.getByRole('heading', { level: 2, name: 'Обединени записи' }).waitFor();
  expect(await seriousProblems(page)).toEqual([]);
  const survivorId = page.url().split('/').at(-1) ?? '';
  const absorbedId = survivorId === one.id ? other.id : one.id;
  const facts = async (id: string) => {
    const contact = await stage.api<{ facts: { field: string; value: string }[]; points: unknown[]; state: string }>(
      'GET',
      `/contacts/${id}`,
    );
    return {
      city: contact.facts.find(({ field }) => field === 'city')?.value,
      addresses: contact.points.length,
      state: contact.state,
    };
  };
  // The telephone that both have is one; the other's e-mail address came along.
  expect(await facts(survivorId)).toEqual({ city: 'Варна', addresses: 3, state: 'active' });

  await page.getByRole('link', { name: /, обединен на/ }).click();
  await page.getByText('Този запис е включен в друг').waitFor();
  expect(await seriousProblems(page)).toEqual([]);
  await page.getByRole('link', { name: 'Към обединения запис' }).click();
  await page.getByRole('button', { name: /^Отмяна: отделяне на/ }).click();
  await page.getByRole('button', { name: 'Разделяне', exact: true }).click();
  await page.getByRole('heading', { level: 2, name: 'Обединени записи' }).waitFor({ state: 'detached' });
  expect([await facts(survivorId), await facts(absorbedId)].map(({ addresses, state }) => [addresses, state])).toEqual([
    [2, 'active'],
    [2, 'active'],
  ]);
  expect(new Set([(await facts(survivorId)).city, (await facts(absorbedId)).city])).toEqual(new Set(['Русе', 'Варна']));
  expect(seen.violations).toEqual([]);
  expect(seen.foreign).toEqual([]);
});

test('many at once after a look at how many, and "not the same person" for good', { timeout: 120_000 }, async () => {
  await addTwins(['Петко', 'Petko'], ['Жеков', 'Zhekov'], '0888404040');
  await addTwins(['Радка', 'Radka'], ['Шопова', 'Shopova'], '0888505050');
  const { page, seen } = await openAsStaff('en', DESKTOP);
  await openScreen(page, `${server.url}/admin/duplicates`);
  await page.getByRole('button', { name: 'Search now' }).click();
  const notSame = page.getByRole('button', { name: /^Not the same person: .*(Петко|Petko)/ });
  await notSame.click();
  await notSame.waitFor({ state: 'detached' });

  await page.getByRole('button', { name: 'Unite many…' }).click();
  await page.getByText('1 pair would be united.').waitFor();
  expect(await seriousProblems(page)).toEqual([]);
  await page.getByRole('button', { name: 'Unite them' }).click();
  await page
    .getByRole('cell', { name: /Can be undone until/ })
    .first()
    .waitFor();
  const { data } = await stage.api<{ data: { survivor: { name: string }; isUndoable: boolean }[] }>('GET', '/merges');
  expect(data[0]).toMatchObject({ survivor: { name: 'Радка Шопова' }, isUndoable: true });
  const left = await stage.api<{ data: unknown[] }>('GET', '/duplicates?minScore=80');
  expect(left.data).toEqual([]);
  expect(seen.violations).toEqual([]);
  expect(seen.foreign).toEqual([]);
});
