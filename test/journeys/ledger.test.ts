import pg from 'pg';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newContext, openBrowser, openScreen, PHONE, seriousProblems, watch } from '#test/support/browser.ts';
import { type Server, startServer } from '#test/support/server.ts';
import { fillStage, type Stage } from '#test/support/server-stage.ts';

let server: Server;
let browser: Browser;
let stage: Stage;
let owner: pg.Client;
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ owner: 'none' }), openBrowser()]);
  stage = await fillStage(server);
  owner = new pg.Client({ connectionString: await server.databaseUrl(), options: '-c search_path=saglasie' });
  await owner.connect();
});
afterAll(async () => {
  await owner?.end();
  await browser?.close();
  await server?.remove();
});

async function openAsStaff(language: 'bg' | 'en', viewport?: typeof PHONE) {
  await stage.api('PATCH', '/me', { language });
  const context = await newContext(browser, { language, ...(viewport ? { viewport } : {}) });
  await stage.signIn(context);
  const page = await context.newPage();
  return { page, seen: watch(page, server.url) };
}

/** Opens what the person of the newest consent saw. */
async function openSeenPage(page: Page, button: string): Promise<void> {
  await openScreen(page, `${server.url}/admin/ledger?kind=consent-given`);
  await page.getByRole('button', { name: button }).first().click();
  await page.locator('iframe').waitFor();
}

test('from the ledger to the page the person saw and to what it says otherwise today, by keyboard and on a phone', async () => {
  const { page, seen } = await openAsStaff('bg', PHONE);
  await openSeenPage(page, 'Видяната страница');
  const frame = page.frameLocator('iframe');
  await frame.getByRole('heading', { level: 1, name: 'Остава една стъпка' }).waitFor();
  expect(await frame.locator('blockquote').count()).toBe(1);
  // Its own stylesheet, though from inside nothing may be fetched.
  expect((await frame.locator('button.act').first().boundingBox())?.height).toBeGreaterThanOrEqual(48);
  expect(await seriousProblems(page)).toEqual([]);

  await page.getByLabel('Страница', { exact: true }).selectOption('form');
  await frame.getByRole('checkbox', { checked: true }).first().waitFor();

  await page.getByText('Разликите днес').click();
  await page.getByText(/Днес същата страница казва точно същото|Оттогава/).waitFor();
  expect(await seriousProblems(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.locator('iframe').waitFor({ state: 'detached' });
  expect(seen.violations).toEqual([]);
  expect(seen.foreign).toEqual([]);
});

test('whatever stands in a kept page, nothing of it runs, is fetched, sent or reaches the program around it', async () => {
  const evil = `<!doctype html><html><head><title>x</title><link rel="stylesheet" href="/assets/x.css"></head><body><h1>planted</h1>
<script>alert('kept');parent.document.title='taken'</script><img src="https://evil.example/x.png" onerror="alert('image')">
<a href="https://evil.example/" id="out">out</a><form action="https://evil.example/" method="post"><button id="send">send</button></form></body></html>`;
  await owner.query(
    `with part as (insert into kept_page_part (hash, body) values (sha256(convert_to($1, 'UTF8')), $1) returning hash)
     insert into kept_page (surface, form_version_id, language, html_hash, stylesheet_hash, kept_at)
     select 'confirmation', s.form_version_id, e.language, part.hash,
            (select stylesheet_hash from kept_page limit 1), e.occurred_at
       from ledger_entry e join source s on s.id = e.source_id cross join part
      where e.kind = 'consent-given' and s.form_version_id is not null order by e.id desc limit 1`,
    [evil],
  );
  const { page, seen } = await openAsStaff('en');
  await openSeenPage(page, 'Page as seen');
  const frame = page.frameLocator('iframe');
  await frame.getByRole('heading', { name: 'planted' }).waitFor();
  await frame.locator('#out').click();
  await frame.locator('#send').click();
  await page.waitForTimeout(300);
  await frame.getByRole('heading', { name: 'planted' }).waitFor();
  expect(await page.title()).toContain('Ledger');
  expect(seen.violations.filter((what) => what.startsWith('a dialog'))).toEqual([]);
  expect(page.context().pages()).toHaveLength(1);
});

test('a verification is started on the screen and done by the worker; a break is told on every screen until it is mended', async () => {
  const { page } = await openAsStaff('en');
  await openScreen(page, `${server.url}/admin/ledger`);
  await page.getByRole('button', { name: 'Verify now' }).click();
  await page.getByText('The last verification found every entry as it was recorded').waitFor({ timeout: 20_000 });
  expect(await page.getByRole('alert').count()).toBe(0);

  const change = async (from: string, to: string) => {
    await owner.query('alter table ledger_entry disable trigger user');
    await owner.query(
      `update ledger_entry set method = $2 where id = (select id from ledger_entry where method = $1 order by id limit 1)`,
      [from, to],
    );
    await owner.query('alter table ledger_entry enable trigger user');
  };
  await change('confirmation-page', 'forged');
  await page.getByRole('button', { name: 'Verify now' }).click();
  await page.getByRole('alert').getByText('The ledger does not hold').waitFor({ timeout: 20_000 });
  for (const path of ['/admin/', '/admin/people', '/admin/settings/company']) {
    await openScreen(page, server.url + path);
    await page.getByRole('alert').getByText('The ledger does not hold').waitFor();
    expect(await page.getByRole('alert').getByRole('listitem').count()).toBe(3);
    expect(await seriousProblems(page)).toEqual([]);
  }

  await change('forged', 'confirmation-page');
  await page.getByRole('link', { name: 'Open the ledger' }).click();
  await page.getByRole('button', { name: 'Verify now' }).click();
  await page.getByText('The last verification found every entry as it was recorded').waitFor({ timeout: 20_000 });
  expect(await page.getByRole('alert').count()).toBe(0);
});
