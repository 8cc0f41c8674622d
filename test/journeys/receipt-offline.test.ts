import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { receiptTexts } from '#src/receipts/receipt-texts.ts';
import { newContext, newVisitor, openBrowser, PHONE, seriousProblems } from '#test/support/browser.ts';
import { linksOf, type Mailbox, openMailbox } from '#test/support/mailbox.ts';
import { type Server, startServer } from '#test/support/server.ts';
import { keysOf, openForm, postForm } from '#test/support/server-forms.ts';

let server: Server;
let mailbox: Mailbox;
let browser: Browser;
let folder: string;
let file: string;
let receiptUrl: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'saglasie-receipt-'));
  mailbox = await openMailbox();
  [server, browser] = await Promise.all([startServer({ env: { SMTP_URL: mailbox.smtpUrl } }), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await server?.remove();
  await mailbox?.close();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

test('from the mail to the page to the file on disk, without a script', async () => {
  const form = await openForm(server, await keysOf(server));
  await postForm(`${server.url}/f/newsletter`, { _form: form.token, email: 'keeper@example.bg', consent: 'newsletter:email' });
  await postForm(linksOf(await mailbox.take('keeper@example.bg')).confirm, { answer: 'confirm' });
  const links = linksOf(await mailbox.take('keeper@example.bg')) as Record<string, string>;

  const visitor = await newVisitor(browser, server.url, { language: 'bg' });
  const words = receiptTexts.bg;
  await expect
    .poll(
      async () => {
        await visitor.open(links['receipts'] ?? '');
        return visitor.page.getByText(words.page.html).count();
      },
      { timeout: 15_000, interval: 500 },
    )
    .toBe(1);
  expect(await visitor.heading()).toBe(`${words.title}: ${words.acts['consent-given']}`);
  const download = visitor.page.waitForEvent('download');
  await visitor.page.getByText(words.page.html).click();
  file = join(folder, 'receipt.html');
  await (await download).saveAs(file);
  await visitor.open(`${server.url}/verify`);
  await visitor.page.getByLabel(words.verify.file).setInputFiles(file);
  await visitor.press(words.verify.button);
  expect(await visitor.heading()).toBe(words.verify.ownTitle);
  expect(await visitor.leave()).toEqual([]);
  expect(readFileSync(file).byteLength).toBeLessThan(60_000);
  receiptUrl = links['receipts'] ?? '';
});

test('the pages of receipts have no serious problem for anybody, by day and by night', async () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    const context = await newContext(browser, { viewport: PHONE, colorScheme });
    const page = await context.newPage();
    for (const url of [receiptUrl, `${server.url}/verify`]) {
      await page.goto(url);
      expect(await seriousProblems(page), url).toEqual([]);
    }
    await page.locator('button.act').click();
    expect(await seriousProblems(page), 'with a mistake').toEqual([]);
    await context.close();
  }
});

async function openFile(
  content: string,
  options: Parameters<typeof newContext>[1] = {},
  prepare?: (page: Page) => Promise<unknown>,
) {
  const path = join(folder, `copy-${Math.random()}.html`);
  writeFileSync(path, content);
  const context = await newContext(browser, { viewport: PHONE, ...options });
  const page = await context.newPage();
  const requests: string[] = [];
  const errors: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  await context.setOffline(true);
  await prepare?.(page);
  await page.goto(pathToFileURL(path).href);
  return { page, requests: requests.filter((url) => !url.startsWith('file:')), errors, close: () => context.close() };
}

/** What the file says of itself: the outcome and, of what does not hold, the first part. */
async function verdictOf(content: string): Promise<string[]> {
  const { page, requests, close } = await openFile(content);
  await page.locator('html[data-verdict]').waitFor();
  const verdict = await page.evaluate(`[document.documentElement.dataset.verdict, document.documentElement.dataset.broken]`);
  expect(requests).toEqual([]);
  await close();
  return verdict as string[];
}

test('opened from disk without a network the file says that it is verified, in both languages, by day and by night', async () => {
  const content = readFileSync(file, 'utf8');
  for (const language of ['bg', 'en'] as const) {
    const words = receiptTexts[language];
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, requests, errors, close } = await openFile(content, { language, colorScheme });
      await page.locator('html[data-verdict="holds"]').waitFor();
      const verdict = page.locator(`#verdict [lang=${language}]`);
      expect(await verdict.getByRole('heading').innerText()).toBe(words.file.holds);
      expect(await verdict.innerText()).toContain(words.file.trust);
      expect(await page.getByText(words.acts['consent-given']).first().isVisible()).toBe(true);
      expect([requests, errors]).toEqual([[], []]);
      expect(await seriousProblems(page)).toEqual([]);
      const other = language === 'bg' ? 'en' : 'bg';
      await page.locator(`nav [lang=${other}]`).click();
      expect(await page.locator(`#verdict [lang=${other}]`).isVisible()).toBe(true);
      expect(await verdict.isVisible()).toBe(false);
      await close();
    }
  }
});

test('one character changed anywhere, and the file says that it does not hold and what is broken', async () => {
  const content = readFileSync(file, 'utf8');
  const change = (find: RegExp, to: string | ((found: string, before: string, one: string) => string)) => {
    const changed = content.replace(find, to as string);
    expect(changed).not.toBe(content);
    return verdictOf(changed);
  };
  const another = (_: string, before: string, one: string) => before + (one === '/' ? '+' : '/');
  expect(await change(/(<pre[^>]*>[^<]*?)а/, '$1о')).toEqual(['broken', 'page']);
  expect(await change(/(<dd>[^<]*)2026/, '$12025')).toEqual(['broken', 'page']);
  expect(await change(/("noticeText":"[^"]*?)а/, '$1о')).toEqual(['broken', 'text']);
  expect(await change(/(\\"kind\\":\\"consent-g)i/, '$1o')).toEqual(['broken', 'entry']);
  expect(await change(/("entryKey":")(.)/, another)).toEqual(['broken', 'entry']);
  expect(await change(/("leaf":")(.)/, another)).toEqual(['broken', 'entry']);
  expect(await change(/("position":)\d+/, '$199')).toEqual(['broken', 'proof']);
  expect(await change(/("inclusion":\["..)(.)/, another)).toEqual(['broken', 'proof']);
  expect(await change(/("checkpoint":"[^"]*\\n)\d+(\\n)/, '$177$2')).toEqual(['broken', 'checkpoint']);
  expect(await change(/("vkeys":\["[^"]{60}.)(.)/, another)).toEqual(['broken', 'key']);
  expect(await change(/("party_name":")(.)/, '$1Я')).toEqual(['broken', 'seal']);
  expect(await change(/("@context":)\{/, '$1')).toEqual(['broken', 'form']);
});

test('without scripts the file can be read, and says how else to check it', async () => {
  const { page, close } = await openFile(readFileSync(file, 'utf8'), { scripts: false });
  for (const language of ['bg', 'en'] as const) {
    const words = receiptTexts[language];
    expect(await page.getByText(words.file.noScript).isVisible()).toBe(true);
    expect(await page.getByText(words.acts['consent-given']).first().isVisible()).toBe(true);
  }
  await close();
});

test('in a browser without Ed25519, or without WebCrypto, the file says what it could not check', async () => {
  const content = readFileSync(file, 'utf8');
  const without = await openFile(content, { language: 'en' }, (page) =>
    page.addInitScript(`{
      const { importKey } = crypto.subtle;
      crypto.subtle.importKey = (...args) => args[2] === 'Ed25519'
        ? Promise.reject(new DOMException('', 'NotSupportedError')) : importKey.apply(crypto.subtle, args);
    }`),
  );
  await without.page.locator('html[data-verdict="unchecked"]').waitFor();
  expect(await without.page.locator('#verdict [lang=en]').innerText()).toContain(receiptTexts.en.file.uncheckedText);
  await without.close();
  const bare = await openFile(content, { language: 'en' }, (page) =>
    page.addInitScript(`Object.defineProperty(crypto, 'subtle', { value: undefined })`),
  );
  await bare.page.locator('html[data-verdict="unchecked"]').waitFor();
  expect(await bare.page.locator('#verdict [lang=en]').innerText()).toContain(receiptTexts.en.file.noCrypto);
  await bare.close();
});

test('no script but its own runs in the file', async () => {
  const content = readFileSync(file, 'utf8').replace('<footer>', '<script>document.title = "owned"</script><footer>');
  const { page, close } = await openFile(content);
  await page.locator('html[data-verdict]').waitFor();
  expect(await page.title()).not.toBe('owned');
  await close();
});
