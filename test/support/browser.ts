import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContext, chromium, type Page, type Request, type Response } from 'playwright-core';
import { findChromium } from './find-chromium.ts';

export const PHONE = { width: 390, height: 844 } as const;
export const DESKTOP = { width: 1280, height: 900 } as const;

export async function openBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error('Chromium was not found: set CHROMIUM_PATH');
  return chromium.launch({
    executablePath,
    // Without a sandbox so that it runs as root, and without what makes it speak to anybody but us.
    args: [
      '--no-sandbox',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-quic',
      '--disable-sync',
      '--no-first-run',
    ],
  });
}

interface VisitorOptions {
  readonly language?: 'bg' | 'en';
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly scripts?: boolean;
  readonly colorScheme?: 'light' | 'dark';
  readonly userAgent?: string;
}

/** A browser of its own for somebody: no cookies, no memory. */
export function newContext(browser: Browser, options: VisitorOptions): Promise<BrowserContext> {
  return browser.newContext({
    javaScriptEnabled: options.scripts ?? true,
    viewport: options.viewport ?? DESKTOP,
    locale: options.language === 'en' ? 'en-GB' : 'bg-BG',
    timezoneId: 'Europe/Sofia',
    colorScheme: options.colorScheme ?? 'light',
    reducedMotion: 'reduce',
    acceptDownloads: true,
    ...(options.userAgent ? { userAgent: options.userAgent } : {}),
  });
}

/** What a page does that none of ours may do: speak to others, keep cookies, run into an error or a forbidden script. */
export interface Watch {
  readonly foreign: string[];
  readonly violations: string[];
}

/** Pages that axe is looking at: it tries to go into every frame, also into those that let no script in. */
const examined = new WeakSet<Page>();

export function watch(page: Page, home: string): Watch {
  const seen: Watch = { foreign: [], violations: [] };
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${home}/`) && !url.startsWith('data:') && !url.startsWith('blob:') && url !== 'about:blank')
      seen.foreign.push(url);
  });
  page.on('dialog', (dialog) => {
    seen.violations.push(`a dialog opened: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('pageerror', (error) => seen.violations.push(`error: ${error.message}`));
  page.on('console', (message) => {
    const isAxe = examined.has(page) && message.text().startsWith("Blocked script execution in 'about:srcdoc'");
    if (message.type() === 'error' && !isAxe && !/Failed to load resource/.test(message.text()))
      seen.violations.push(message.text());
  });
  return seen;
}

/** Bytes of one public page with everything it needs: people pay for them on a phone. */
const HEAVIEST_PAGE = 30 * 1024;

/** Somebody without scripts who holds every answer they get against what all public pages promise. */
export interface Visitor {
  readonly page: Page;
  open(url: string): Promise<void>;
  /** Presses a button by its name, the last where a page has two of them. */
  press(name: string): Promise<void>;
  back(): Promise<void>;
  heading(): Promise<string>;
  /** Ends the visit and answers every promise that was broken during it. */
  leave(): Promise<string[]>;
}

export async function newVisitor(browser: Browser, home: string, options: VisitorOptions = {}): Promise<Visitor> {
  const context = await newContext(browser, { viewport: PHONE, scripts: false, ...options });
  const page = await context.newPage();
  const { foreign, violations } = watch(page, home);
  const broken: string[] = [];
  let stylesheet = 0;
  let pagesRead = 0;
  let looks: Promise<void>[] = [];
  // A page's bytes are gone once the next page is there.
  const lookAtAll = async () => {
    await Promise.all(looks);
    looks = [];
  };

  page.on('response', (response) => {
    if (!response.url().startsWith('data:')) looks.push(look(response));
  });

  async function look(response: Response): Promise<void> {
    const { pathname } = new URL(response.url());
    const headers = await response.allHeaders();
    const type = response.request().resourceType();
    if (headers['set-cookie']) broken.push(`${pathname} sets a cookie`);
    if (type === 'stylesheet') stylesheet = (await response.body()).byteLength;
    if (type !== 'document') return;

    // What was shown once is shown for good and says nothing about anybody.
    if (headers['cache-control'] !== 'no-store' && !pathname.startsWith('/notices/')) broken.push(`${pathname} may be cached`);
    if (headers['referrer-policy'] !== 'no-referrer') broken.push(`${pathname} tells the next site where people came from`);
    if (response.status() === 303) return;
    const policy = headers['content-security-policy'] ?? '';
    if (!policy.includes("default-src 'none'") || policy.includes('script-src') || !policy.includes("frame-ancestors 'none'")) {
      broken.push(`${pathname} has a loose policy: ${policy}`);
    }
    if (headers['x-robots-tag'] !== 'noindex') broken.push(`${pathname} may be indexed`);
    // Of a page that was left at once the bytes are gone.
    const body = await response.text().catch(() => undefined);
    if (body === undefined) return;
    pagesRead += 1;
    if (/<script|javascript:|<[^>]*\son[a-z]+\s*=/i.test(body)) broken.push(`${pathname} has a script`);
    const weight = Buffer.byteLength(body) + stylesheet;
    if (weight > HEAVIEST_PAGE) broken.push(`${pathname} weighs ${weight} bytes`);
  }

  return {
    page,
    async open(url) {
      await lookAtAll();
      await page.goto(url);
    },
    async press(name) {
      await lookAtAll();
      await page.getByRole('button', { name, exact: true }).last().click();
    },
    async back() {
      await lookAtAll();
      await page.goBack();
    },
    heading: () => page.locator('h1').innerText(),
    async leave() {
      await lookAtAll();
      const cookies = await context.cookies();
      await context.close();
      if (pagesRead === 0) broken.push('no page was looked at');
      return [...broken, ...foreign, ...violations, ...cookies.map(({ name }) => `a cookie: ${name}`)];
    },
  };
}

/** Opens a screen and waits until everything it fetches is there and drawn. */
export async function openScreen(page: Page, url: string): Promise<void> {
  const underWay = new Set<Request>();
  const started = (request: Request) => void underWay.add(request);
  const ended = (request: Request) => void underWay.delete(request);
  page.on('request', started).on('requestfinished', ended).on('requestfailed', ended);
  await page.goto(url);
  await page.locator('h1').first().waitFor();
  // What arrives may ask for more: quiet is two drawn frames without a request.
  for (let quiet = 0; quiet < 2; quiet = underWay.size === 0 ? quiet + 1 : 0) {
    await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
  }
  page.off('request', started).off('requestfinished', ended).off('requestfailed', ended);
}

/** Switches what is already drawn to the other colour scheme. */
export async function switchTo(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await page.evaluate('Promise.allSettled(document.getAnimations().map((animation) => animation.finished))');
}

/** Violations of WCAG 2.2 AA and of good practice that axe calls serious or critical, one line each. */
export async function seriousProblems(page: Page): Promise<string[]> {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  return serious(await examine(page, (axe) => axe.withTags(tags)));
}

/** The same of what another colour scheme can break. */
export async function contrastProblems(page: Page): Promise<string[]> {
  return serious(await examine(page, (axe) => axe.withRules(['color-contrast', 'link-in-text-block'])));
}

/** Legacy means without frames of other hosts, which we have none of, and without a second tab for each look. */
async function examine(page: Page, choose: (axe: AxeBuilder) => AxeBuilder): ReturnType<AxeBuilder['analyze']> {
  examined.add(page);
  try {
    return await choose(new AxeBuilder({ page }).setLegacyMode()).analyze();
  } finally {
    examined.delete(page);
  }
}

function serious({ violations }: Awaited<ReturnType<AxeBuilder['analyze']>>): string[] {
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => `${id}: ${help} (${nodes.map((node) => node.target.join(' ')).join('; ')})`);
}
