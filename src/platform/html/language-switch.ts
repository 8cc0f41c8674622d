import { html } from 'hono/html';
import type { Html } from './page.ts';

interface Tongue {
  readonly code: string;
  /** The language's name in itself. */
  readonly name: string;
}

interface LanguageSwitch {
  readonly current: string;
  readonly languages: readonly Tongue[];
  /** Names the group to those who do not see it, in every language at once. */
  readonly label: string;
}

/** Links to the same page in the other languages. */
export function languageLinks(choice: LanguageSwitch, addressIn: (code: string) => string): Html {
  return html`<nav class="tongues" aria-label="${choice.label}">${choice.languages.map((tongue) =>
    tongue.code === choice.current
      ? html`<span lang="${tongue.code}" aria-current="true">${tongue.name}</span>`
      : html`<a href="${addressIn(tongue.code)}" lang="${tongue.code}" hreflang="${tongue.code}">${tongue.name}</a>`,
  )}</nav>`;
}

/** Buttons of the form `formId` that show it again in another language and keep what was typed. */
export function languageButtons(choice: LanguageSwitch, formId: string): Html {
  return html`<nav class="tongues" aria-label="${choice.label}">${choice.languages.map((tongue) =>
    tongue.code === choice.current
      ? html`<span lang="${tongue.code}" aria-current="true">${tongue.name}</span>`
      : html`<button form="${formId}" name="_lang" value="${tongue.code}" formnovalidate lang="${tongue.code}">${tongue.name}</button>`,
  )}</nav>`;
}
