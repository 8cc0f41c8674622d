import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  contrastProblems,
  DESKTOP,
  newContext,
  openBrowser,
  openScreen,
  PHONE,
  seriousProblems,
  switchTo,
  watch,
} from '#test/support/browser.ts';
import { type Server, startServer } from '#test/support/server.ts';
import { listScreens, type Screen } from '#test/support/server-screens.ts';
import { fillStage, type Stage } from '#test/support/server-stage.ts';

let server: Server;
let browser: Browser;
let stage: Stage;
let screens: readonly Screen[];

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ owner: 'none' }), openBrowser()]);
  stage = await fillStage(server);
  screens = await listScreens(stage);
});
afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

describe.each([
  { language: 'bg', viewport: PHONE, colorScheme: 'light' },
  { language: 'en', viewport: DESKTOP, colorScheme: 'dark' },
] as const)('every screen in $language, $viewport.width wide', ({ language, viewport, colorScheme }) => {
  test.each([
    { who: 'people outside', isStaff: false },
    { who: 'staff', isStaff: true },
  ])(
    'of $who has nothing that axe calls serious, in light and dark, fits its width and speaks one language',
    async ({ isStaff }) => {
      await stage.api('PATCH', '/me', { language });
      const context = await newContext(browser, { language, viewport, colorScheme });
      if (isStaff) await stage.signIn(context);
      const page = await context.newPage();
      const { foreign, violations } = watch(page, server.url);
      const problems: string[] = [];
      for (const screen of screens.filter((one) => one.isStaff === isStaff)) {
        // Pages that a message links to speak the language of that message, unless asked otherwise.
        const path = isStaff ? screen.path : `${screen.path}${screen.path.includes('?') ? '&' : '?'}lang=${language}`;
        await openScreen(page, server.url + path);
        const found = [...(await seriousProblems(page)), ...(await layoutProblems(page, language))];
        await switchTo(page, colorScheme === 'light' ? 'dark' : 'light');
        found.push(...(await contrastProblems(page)), ...foreign.splice(0), ...violations.splice(0));
        await switchTo(page, colorScheme);
        problems.push(...found.map((problem) => `${screen.name}: ${problem}`));
      }
      await context.close();
      expect(problems).toEqual([]);
    },
    180_000,
  );
});

/** What axe does not look at: sideways scrolling (WCAG 1.4.10), targets too small to hit, the language that is declared. */
async function layoutProblems(page: Page, language: string): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const problems = [];
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) problems.push('scrolls sideways: ' + root.scrollWidth + ' in ' + root.clientWidth);
    if (root.lang !== '${language}') problems.push('is declared to be in ' + root.lang);
    if (document.querySelectorAll('h1').length !== 1) problems.push('has ' + document.querySelectorAll('h1').length + ' main headings');
    if (document.title.trim() === '') problems.push('has no title');
    return problems;
  })()`);
}
