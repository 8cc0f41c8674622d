import { html } from 'hono/html';
import { errorSummary, type Problem, textField } from '#platform/html/form-parts.ts';
import { languageButtons, languageLinks } from '#platform/html/language-switch.ts';
import { type Html, pageReply } from '#platform/html/page.ts';
import { setUpTexts as bg } from '#src/languages/bg/set-up.ts';
import { setUpTexts as en, type SetUpTexts } from '#src/languages/en/set-up.ts';
import { isLanguage, type Language } from '#src/languages/languages.ts';

export const setUpTexts: { readonly [L in Language]: SetUpTexts } = { bg, en };

const tongues = [
  { code: 'bg', name: 'Български' },
  { code: 'en', name: 'English' },
];

/** One field of a set-up form: what it is called, what autofill token it has, whether it may stay empty. */
export interface Field {
  readonly key: keyof SetUpTexts['fields'] & string;
  readonly autocomplete: string;
  readonly type?: 'text' | 'email' | 'tel';
  readonly optional?: boolean;
}

export interface ShownForm {
  readonly language: Language;
  readonly title: string;
  readonly fields: (parts: { field: (field: Field) => Html; password: () => Html }) => Html;
  readonly submit: string;
  readonly intro: string;
  readonly values: Readonly<Record<string, string>>;
  readonly problems: Readonly<Record<string, string>>;
  readonly passwordHint: string;
  readonly status?: number;
}

/** The language to show: the one chosen by button or link, else what the browser asks for. */
export function shownLanguage(chosen: string | null | undefined, negotiated: Language): Language {
  return isLanguage(chosen) ? chosen : negotiated;
}

/** A form that works without a script: errors first, what was typed kept (but the password), two languages. */
export function formPage(form: ShownForm): Response {
  const texts = setUpTexts[form.language];
  const problems: Problem[] = Object.entries(form.problems).map(([target, message]) => ({ target, message }));

  return pageReply({
    language: form.language,
    title: form.title,
    siteName: texts.siteName,
    skipText: texts.skip,
    ...(problems.length > 0 ? { titlePrefix: texts.errorPrefix } : {}),
    switcher: languageButtons({ current: form.language, languages: tongues, label: texts.languageSwitch }, 'f'),
    status: form.status ?? (problems.length > 0 ? 422 : 200),
    main: html`${problems.length > 0 ? errorSummary(texts.problemTitle, problems) : ''}
<h1>${form.title}</h1>
<p class="lead">${form.intro}</p>
<form id="f" method="post" novalidate accept-charset="utf-8">
<button hidden></button><input type="hidden" name="language" value="${form.language}">
${form.fields({ field, password })}
<button class="act">${form.submit}</button>
</form>`,
    footer: html``,
  });

  function field({ key, autocomplete, type = 'text', optional = false }: Field): Html {
    const label = texts.fields[key];
    return textField({
      id: key,
      name: key,
      label: optional ? `${label} (${texts.optional})` : String(label),
      value: form.values[key] ?? '',
      type,
      autocomplete,
      error: form.problems[key],
    });
  }

  function password(): Html {
    const error = form.problems.password;
    return html`<div class="field${error ? ' wrong' : ''}"><label for="password">${texts.fields.password}</label>
<p class="hint" id="password-hint">${form.passwordHint}</p>${error ? html`<p class="error" id="password-error">${error}</p>` : ''}
<input id="password" name="password" type="password" value="" autocomplete="new-password" aria-describedby="password-hint${
      error ? ' password-error' : ''
    }"${error ? html` aria-invalid="true"` : ''}></div>`;
  }
}

/** What someone reads whose link does not work (any more). */
export function gonePage(language: Language, which: 'setUp' | 'invite'): Response {
  const texts = setUpTexts[language];

  return pageReply({
    language,
    title: texts.gone.title,
    siteName: texts.siteName,
    skipText: texts.skip,
    switcher: languageLinks({ current: language, languages: tongues, label: texts.languageSwitch }, (code) => `?lang=${code}`),
    status: 404,
    main: html`<h1>${texts.gone.title}</h1><p>${texts.gone[which]}</p><p><a class="act" href="/admin/">${texts.gone.signIn}</a></p>`,
    footer: html``,
  });
}
