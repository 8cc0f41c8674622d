import papaparse from 'papaparse';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Keys } from '#platform/crypto/keys.ts';
import { newContext, openBrowser, openScreen, type Watch, watch } from '#test/support/browser.ts';
import { type Server, startServer } from '#test/support/server.ts';
import { openForm, postForm } from '#test/support/server-forms.ts';
import { listScreens } from '#test/support/server-screens.ts';
import { fillStage, type Stage } from '#test/support/server-stage.ts';

/** Each tries to run in another place: text, attribute, address, style, template, and the end of a script. */
const payloads = [
  `<script>alert('text')</script>`,
  `"><img src=x onerror=alert('attribute')>`,
  `'><svg/onload=alert('svg')>`,
  `javascript:alert('address')//`,
  `</title></textarea></style></script><script>alert('raw')</script>`,
  `{{constructor.constructor('alert(1)')()}}\${alert('template')}`,
  `<style>@import 'https://evil.example/x.css'</style><iframe srcdoc="<script>alert(1)</script>">`,
  `=HYPERLINK("https://evil.example","x")`,
] as const;

let server: Server;
let browser: Browser;
let stage: Stage;
let keys: Keys;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ owner: 'none' }), openBrowser()]);
  stage = await fillStage(server);
  ({ keys } = stage);
});
afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

test('whatever strangers and staff put into any field runs nowhere, neither outside nor in the admin program', async () => {
  const people = await plant();
  const context = await newContext(browser, { language: 'bg' });
  await stage.signIn(context);
  const page = await context.newPage();
  const seen = watch(page, server.url);

  for (const { contact } of people) {
    await look(page, `/admin/people/${contact}`);
    for (const details of await page.locator('details').all()) await details.evaluate('(element) => { element.open = true; }');
    await look(page, `/admin/people/${contact}/edit`);
  }
  for (const screen of await listScreens(stage)) await look(page, screen.path);
  const { data: messages } = await stage.api<{ data: { id: string; status: string }[] }>('GET', '/deliveries?limit=100');
  for (const { id } of messages.slice(0, 3)) await look(page, `/admin/messages/${id}`);
  for (const kind of ['confirm', 'preferences', 'unsubscribe', 'why'] as const) {
    await look(page, await stage.link(kind, people[0]?.email ?? ''));
  }
  // Echoed without being stored: addresses, queries and the search box.
  for (const payload of payloads.slice(0, 5)) {
    const text = encodeURIComponent(payload);
    for (const path of [
      `/f/${text}`,
      `/f/newsletter?lang=${text}`,
      `/p/${text}`,
      `/notices/${text}/1`,
      `/${text}`,
      `/admin/people?search=${text}`,
      `/admin/${text}`,
    ]) {
      await page.goto(server.url + path).catch(() => undefined);
    }
  }
  expect(report(seen)).toEqual([]);
  expect(await page.evaluate('window.stolen ?? null')).toBe(null);
  await context.close();
}, 120_000);

test('a name that looks like a formula is text in the CSV of its person', async () => {
  const contact = await stage.contactId('canary-7@example.bg');
  const context = await newContext(browser, {});
  await stage.signIn(context);
  const csv = await (await context.request.get(`${server.url}/api/v1/contacts/${contact}/export?format=csv`)).text();
  const cells = papaparse.parse<string[]>(csv.replace(/^\ufeff/, '')).data.flat();
  expect(cells.filter((cell) => cell.includes('HYPERLINK')).length).toBeGreaterThan(5);
  expect(cells.filter((cell) => /^[=+@\t\r]|^-(?!\d)/.test(cell))).toEqual([]);
  await context.close();
});

/** Leaves every payload wherever text from outside is kept: form fields, headers, staff's own fields. */
async function plant(): Promise<{ email: string; contact: string }[]> {
  const planted = [];
  for (const [at, payload] of payloads.entries()) {
    const email = `canary-${at}@example.bg`;
    const headers = {
      'user-agent': payload,
      'accept-language': payload.replaceAll(/[^\x20-\x7e]/g, ''),
      referer: `https://evil.example/${encodeURIComponent(payload)}`,
      origin: 'https://evil.example',
    };
    const { token } = await openForm(server, keys);
    const fields = { _form: token, email, given_name: payload, consent: 'newsletter:email' };
    expect((await postForm(`${server.url}/f/newsletter`, fields, headers)).status).toBe(303);
    const confirm = await stage.link('confirm', email);
    expect((await postForm(server.url + confirm, { answer: 'confirm' }, headers)).status).toBe(303);
    const contact = await stage.contactId(email);
    await stage.api('PATCH', `/contacts/${contact}`, {
      changes: { familyName: payload, company: payload, jobTitle: payload, city: payload, note: payload, postalAddress: payload },
      source: { kind: 'third-party', label: payload, obtainedFrom: 'other' },
      purpose: 'customer-relations',
      legalBasis: 'contract',
      reason: payload,
    });
    await stage.api('POST', `/contacts/${contact}/permissions/withdraw`, {
      purpose: 'newsletter',
      channel: 'email',
      method: 'phone',
      note: payload,
    });
    planted.push({ email, contact });
  }
  // The one field that is shown on every page.
  const { data: purposes } = await stage.api<{ data: { id: string; slug: string }[] }>('GET', '/purposes');
  const newsletter = purposes.find(({ slug }) => slug === 'newsletter');
  const {
    id: _id,
    slug: _slug,
    version: _version,
    isSystem: _isSystem,
    archivedAt: _archivedAt,
    counts: _counts,
    ...definition
  } = newsletter as Record<string, unknown>;
  await stage.api('PUT', `/purposes/${newsletter?.id}`, {
    isMaterial: true,
    ...definition,
    name: { bg: payloads[0], en: payloads[1] },
    explanation: { bg: payloads[4], en: payloads[6] },
    recipients: [{ name: payloads[2], country: 'BG', role: payloads[1] }],
  });
  await stage.api('PATCH', '/me', { name: payloads[1] });
  const controller = await stage.api('GET', '/controller');
  await stage.api('PUT', '/controller', { ...controller, name: payloads[4], address: payloads[1], dpoName: payloads[2] });
  return planted;
}

async function look(page: Page, path: string): Promise<void> {
  await openScreen(page, server.url + path);
}

function report({ violations, foreign }: Watch): string[] {
  return [...violations, ...foreign];
}
