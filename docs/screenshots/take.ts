import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { newContext, openBrowser } from '#test/support/browser.ts';
import { type Server, startServer } from '#test/support/server.ts';
import { fillStage, heroine, type Stage } from '#test/support/server-stage.ts';

/*
 * Takes the README's pictures from the running product:
 *   npm run screenshots                   the three of them, into docs/screenshots
 *   npm run screenshots -- --all FOLDER   every screen, in both languages, widths and colour schemes, to look at
 */
const { values } = parseArgs({ options: { all: { type: 'string' } } });
const server = await startServer({ owner: 'none' });
const browser = await openBrowser();
try {
  const stage = await fillStage(server);
  if (values.all) await takeAll(values.all, { server, browser, stage });
  else await takeThree({ server, browser, stage });
} finally {
  await browser.close();
  await server.remove();
}

interface Studio {
  readonly server: Server;
  readonly browser: Browser;
  readonly stage: Stage;
}

async function takeThree({ server: { url }, ...studio }: Studio): Promise<void> {
  const into = (name: string) => join(import.meta.dirname, `${name}.png`);

  const staff = await openPage(studio.browser, { width: 1280, height: 860 });
  await studio.stage.signIn(staff.context());
  await show(staff, `${url}/admin/people/${await studio.stage.contactId(heroine)}`);
  await staff.screenshot({ path: into('contact') });

  const visitor = await openPage(studio.browser, { width: 390, height: 844 });
  await show(visitor, `${url}/f/newsletter`);
  await visitor.getByRole('checkbox').first().check();
  await visitor.screenshot({ path: into('form-phone') });

  const reader = await openPage(studio.browser, { width: 760, height: 860 });
  await show(reader, url + (await studio.stage.link('preferences', heroine)));
  await reader.screenshot({ path: into('preferences') });
}

async function takeAll(folder: string, studio: Studio): Promise<void> {
  const screens = await listScreens(studio);
  for (const language of ['bg', 'en'] as const) {
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [390, 1280]) {
        const into = join(folder, `${language}-${colorScheme}-${width}`);
        await mkdir(into, { recursive: true });
        await studio.stage.api('PATCH', '/me', { language });
        const page = await openPage(studio.browser, { width, height: width < 500 ? 844 : 900 }, { language, colorScheme });
        for (const { name, path, isStaff } of screens) {
          if (isStaff) await studio.stage.signIn(page.context());
          await show(page, studio.server.url + path);
          await page.screenshot({ path: join(into, `${name}.png`), fullPage: true });
        }
        await page.context().close();
      }
    }
  }
}

async function listScreens({ stage }: Studio) {
  const contact = `/admin/people/${await stage.contactId(heroine)}`;
  const { data: forms } = await stage.api<{ data: { id: string }[] }>('GET', '/forms');
  const { data: purposes } = await stage.api<{ data: { id: string }[] }>('GET', '/purposes');
  const { data: deliveries } = await stage.api<{ data: { id: string }[] }>('GET', '/deliveries');
  const open: Record<string, string> = {
    form: '/f/newsletter',
    'check-mail': '/f/newsletter/check-mail',
    confirm: await stage.link('confirm', 'petya@example.bg'),
    confirmed: await stage.link('confirm', heroine),
    preferences: await stage.link('preferences', heroine),
    unsubscribe: await stage.link('unsubscribe', heroine),
    unsubscribed: await stage.link('unsubscribe', 'georgi.stoyanov@example.bg'),
    why: await stage.link('why', heroine),
    notices: '/notices',
    notice: '/notices/form-newsletter/2',
    accessibility: '/accessibility',
    stale: '/p/nothing',
    missing: '/f/nothing',
    'not-found': '/nothing',
    'sign-in': '/admin/',
  };
  const staff: Record<string, string> = {
    home: '/admin/',
    people: '/admin/people',
    'people-none': '/admin/people?search=nobody',
    contact,
    'contact-edit': `${contact}/edit`,
    'contact-restricted': `/admin/people/${await stage.contactId('sofia.mueller@example.at')}`,
    'contact-quarantined': `/admin/people/${await stage.contactId('stoyan@example.bg')}`,
    'contact-unconfirmed': `/admin/people/${await stage.contactId('petya@example.bg')}`,
    'contact-add': '/admin/people/new',
    outbox: '/admin/messages',
    message: `/admin/messages/${deliveries[0]?.id}`,
    forms: '/admin/forms',
    'form-editor': `/admin/forms/${forms[0]?.id}`,
    purposes: '/admin/purposes',
    purpose: `/admin/purposes/${purposes[0]?.id}`,
    'purpose-edit': `/admin/purposes/${purposes[0]?.id}/edit`,
    'purpose-add': '/admin/purposes/new',
    audit: '/admin/audit',
    company: '/admin/settings/company',
    staff: '/admin/settings/staff',
    'api-keys': '/admin/settings/api-keys',
    missing: '/admin/nothing',
  };
  return [
    ...Object.entries(open).map(([name, path]) => ({ name: `public-${name}`, path, isStaff: false })),
    ...Object.entries(staff).map(([name, path]) => ({ name: `staff-${name}`, path, isStaff: true })),
  ];
}

async function openPage(
  browser: Browser,
  viewport: { width: number; height: number },
  options: { language?: 'bg' | 'en'; colorScheme?: 'light' | 'dark' } = {},
): Promise<Page> {
  const context = await newContext(browser, { viewport, ...options });
  return context.newPage();
}

/** Opens a page and waits until nothing on it is still on its way. */
async function show(page: Page, url: string): Promise<void> {
  await page.goto(url, { waitUntil: 'networkidle' });
}
