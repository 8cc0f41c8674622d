import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { newContext, openBrowser, openScreen } from '#test/support/browser.ts';
import { type Server, startServer } from '#test/support/server.ts';
import { listScreens } from '#test/support/server-screens.ts';
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
  await openScreen(staff, `${url}/admin/people/${await studio.stage.contactId(heroine)}`);
  await staff.screenshot({ path: into('contact') });

  const visitor = await openPage(studio.browser, { width: 390, height: 844 });
  await openScreen(visitor, `${url}/f/newsletter`);
  await visitor.getByRole('checkbox').first().check();
  await visitor.screenshot({ path: into('form-phone') });

  const reader = await openPage(studio.browser, { width: 760, height: 860 });
  await openScreen(reader, url + (await studio.stage.link('preferences', heroine)));
  await reader.screenshot({ path: into('preferences') });
}

async function takeAll(folder: string, studio: Studio): Promise<void> {
  const screens = await listScreens(studio.stage);
  for (const language of ['bg', 'en'] as const) {
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [390, 1280]) {
        const into = join(folder, `${language}-${colorScheme}-${width}`);
        await mkdir(into, { recursive: true });
        await studio.stage.api('PATCH', '/me', { language });
        const page = await openPage(studio.browser, { width, height: width < 500 ? 844 : 900 }, { language, colorScheme });
        for (const { name, path, isStaff } of screens) {
          if (isStaff) await studio.stage.signIn(page.context());
          await openScreen(page, studio.server.url + path);
          await page.screenshot({ path: join(into, `${name.replaceAll(' ', '-')}.png`), fullPage: true });
        }
        await page.context().close();
      }
    }
  }
}

async function openPage(
  browser: Browser,
  viewport: { width: number; height: number },
  options: { language?: 'bg' | 'en'; colorScheme?: 'light' | 'dark' } = {},
): Promise<Page> {
  const context = await newContext(browser, { viewport, ...options });
  return context.newPage();
}
