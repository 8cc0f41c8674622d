import { domainToUnicode } from 'node:url';
import { html } from 'hono/html';
import type { Database } from '#platform/database/connect.ts';
import { languageLinks } from '#platform/html/language-switch.ts';
import { type Html, pageReply } from '#platform/html/page.ts';
import type { PublicTexts } from '#src/languages/en/public.ts';
import { isLanguage, type Language, type languages } from '#src/languages/languages.ts';
import { type Controller, findController } from '#src/register/controller.ts';
import { type Frame, framedPage } from './framed-page.ts';
import { publicTexts } from './public-texts.ts';

/** What a public page knows before it says anything. */
export interface Setting {
  readonly language: Language;
  readonly texts: PublicTexts;
  readonly controller: Controller;
  /** The page stands in a frame of another site. */
  readonly frame?: Frame;
}

/** Until set-up has named the controller, pages speak for nobody in particular. */
const nobody: Controller = {
  name: 'Saglasie',
  registrationNumber: null,
  address: '–',
  email: '',
  phone: null,
  dpoName: null,
  dpoEmail: null,
  country: 'BG',
  timeZone: 'Europe/Sofia',
  defaultLanguage: 'bg',
};

export async function settingOf(db: Database, language: Language): Promise<Setting> {
  return { language, texts: publicTexts[language], controller: (await findController(db)) ?? nobody };
}

/** The language asked for in the address, or the one the page has reason to use, or the browser's. */
export function languageOf(
  call: { readonly query: URLSearchParams; readonly language: Language },
  preferred?: Language,
): Language {
  const asked = call.query.get('lang');
  return isLanguage(asked) ? asked : (preferred ?? call.language);
}

export const tongues = [
  { code: 'bg', name: 'Български' },
  { code: 'en', name: 'English' },
] as const satisfies readonly { code: (typeof languages)[number]; name: string }[];

export interface PublicPage {
  readonly title: string;
  readonly main: Html;
  /** Address of this same page, for the links to its other languages; or the switch itself. */
  readonly switcher: string | Html;
  readonly status?: number;
  readonly failed?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A page of the controller: the same frame, the same footer in the same order, everywhere. */
export function publicPage(setting: Setting, page: PublicPage): Response {
  const { language, texts, controller } = setting;
  const switcher = switcherOf(setting, page.switcher);
  if (setting.frame) return framedPage(setting, setting.frame, { ...page, switcher });
  return pageReply({
    language,
    title: page.title,
    siteName: controller.name,
    skipText: texts.skip,
    switcher,
    main: page.main,
    footer: footerOf(setting),
    ...(page.failed ? { titlePrefix: texts.errorPrefix } : {}),
    ...(page.status ? { status: page.status } : {}),
    ...(page.headers ? { headers: page.headers } : {}),
  });
}

/** Links to this page in the other languages, unless the page brings its own switch. */
function switcherOf({ language, texts }: Setting, switcher: string | Html): Html {
  if (typeof switcher !== 'string') return switcher;
  const choice = { current: language, languages: tongues, label: texts.languageSwitch };
  return languageLinks(choice, (code) => `${switcher}?lang=${code}`);
}

function footerOf({ texts, controller, language }: Setting): Html {
  const { footer } = texts;
  return html`<p>${footer.controller(controller.name, controller.address)}</p><ul>${
    controller.dpoEmail
      ? html`<li><a href="mailto:${controller.dpoEmail}">${footer.dpo}</a></li>`
      : controller.email
        ? html`<li><a href="mailto:${controller.email}">${footer.contact}</a></li>`
        : ''
  }<li><a href="/notices?lang=${language}">${footer.notice}</a></li><li><a href="/accessibility?lang=${language}">${footer.accessibility}</a></li><li><a href="https://cpdp.bg/" rel="noreferrer">${footer.authority}</a></li></ul>`;
}

/** A short page that says one thing: not found, closed, too many. */
export function plainPage(
  setting: Setting,
  words: { readonly title: string; readonly text: string },
  options: { status: number; address: string; headers?: Readonly<Record<string, string>> },
): Response {
  return publicPage(setting, {
    title: words.title,
    main: html`<h1>${words.title}</h1><p>${words.text}</p>`,
    switcher: options.address,
    status: options.status,
    ...(options.headers ? { headers: options.headers } : {}),
  });
}

/**
 * An address told to whoever holds a link that may have been forwarded: enough to recognise one's own, so an
 * internationalised domain is spelled as its owner spells it.
 */
export function maskAddress(address: string): string {
  const at = address.lastIndexOf('@');
  const [first = ''] = address;
  return at < 1 ? '***' : `${first}***@${domainToUnicode(address.slice(at + 1))}`;
}
