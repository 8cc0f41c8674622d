import { html } from 'hono/html';
import { errorSummary, plainSummary, textField, tickBox, trapField } from '#platform/html/form-parts.ts';
import { languageButtons } from '#platform/html/language-switch.ts';
import type { PublicTexts } from '#src/languages/en/public.ts';
import type { Language } from '#src/languages/languages.ts';
import { DAYS_TO_CONFIRM, type FieldKey, labelOf, type ShownForm } from './form.ts';
import { plainPage, publicPage, type Setting, tongues } from './public-page.ts';
import type { FormVersion } from './queries.ts';
import { LONGEST, type SubmissionProblem, type Typed } from './read-submission.ts';

interface FormPage {
  readonly slug: string;
  readonly version: FormVersion;
  /** Signed: what is being shown, and when it was first. */
  readonly token: string;
  readonly typed?: Typed;
  readonly problems?: readonly SubmissionProblem[];
  readonly because?: 'forged' | 'stale' | 'changed' | 'too-fast' | 'choose';
}

const fieldTypes: Readonly<Record<FieldKey, { type: 'text' | 'email' | 'tel'; autocomplete: string }>> = {
  email: { type: 'email', autocomplete: 'email' },
  given_name: { type: 'text', autocomplete: 'given-name' },
  family_name: { type: 'text', autocomplete: 'family-name' },
  company: { type: 'text', autocomplete: 'organization' },
  phone: { type: 'tel', autocomplete: 'tel' },
};

/**
 * The form, as it was published in this language: every sentence on it is in the recorded notice. In a frame of another
 * site browsers ignore `autofocus`; the fragment leads to what is wrong instead.
 */
export function formPage(setting: Setting, page: FormPage): Response {
  const { texts, language } = setting;
  const shown = page.version.shown[language];
  const problems = page.problems ?? [];
  const messageFor = (field: SubmissionProblem['field']) => {
    const problem = problems.find((one) => one.field === field);
    return problem && problemMessage(problem, shown, texts);
  };
  const boxError = messageFor('boxes');

  const main = html`${summaryOf(page, shown, texts)}<h1>${shown.title}</h1>
<p class="lead">${shown.intro}</p>
<form id="f" method="post" action="${formAddress(setting, page.slug)}${setting.frame ? '#errors' : ''}" novalidate>
<button type="submit" hidden>${shown.submit}</button>
<input type="hidden" name="_form" value="${page.token}">
${trapField(texts.form.trap)}
${shown.fields.map((field) =>
  textField({
    id: field.key,
    name: field.key,
    label: labelOf(shown, field),
    hint: field.reason,
    value: page.typed?.fields[field.key] ?? '',
    ...fieldTypes[field.key],
    error: messageFor(field.key),
  }),
)}
<fieldset${boxError ? html` class="wrong"` : ''} aria-describedby="boxes-hint${boxError ? ' boxes-error' : ''}"><legend>${shown.legend}</legend>
<p class="hint" id="boxes-hint">${shown.legendHint}</p>${boxError ? html`<p class="error" id="boxes-error">${boxError}</p>` : ''}
${shown.boxes.map((box, at) =>
  tickBox({
    id: `box-${at}`,
    name: 'consent',
    value: box.value,
    label: box.label,
    hint: box.hint,
    ticked: page.typed?.ticked.includes(box.value) ?? false,
  }),
)}
</fieldset>
<section class="box notice" aria-labelledby="notice"><h2 id="notice">${shown.noticeHeading}</h2>
${shown.notice.map((line) => html`<p>${line}</p>`)}
<details><summary>${shown.moreHeading}</summary>${shown.more.map((line) => html`<p>${line}</p>`)}</details></section>
<button class="act" type="submit">${shown.submit}</button>
</form>`;

  const failed = problems.length > 0 || page.because !== undefined;
  return publicPage(setting, {
    title: shown.title,
    main,
    switcher: languageButtons({ current: language, languages: tongues, label: texts.languageSwitch }, 'f'),
    failed,
    status: failed ? 422 : 200,
  });
}

function summaryOf(page: FormPage, shown: ShownForm, texts: PublicTexts) {
  if (page.problems?.length) {
    return errorSummary(
      texts.problemTitle,
      page.problems.map((problem) => ({
        target: problem.field === 'boxes' ? 'box-0' : problem.field,
        message: problemMessage(problem, shown, texts),
      })),
    );
  }
  if (!page.because) return '';
  const words = {
    forged: texts.form.forged,
    stale: texts.form.stale,
    changed: texts.form.changed,
    'too-fast': texts.form.tooFast,
    choose: texts.form.choose,
  }[page.because];
  return plainSummary(words.title, words.text);
}

/** What is wrong and what to do, in the reader's language. Never what was typed. */
export function problemMessage(problem: SubmissionProblem, shown: ShownForm, texts: PublicTexts): string {
  const { errors } = texts.form;
  const label = shown.fields.find((field) => field.key === problem.field)?.label ?? '';
  switch (problem.code) {
    case 'missing':
      return problem.field === 'email' ? errors.emailMissing : errors.missing(label);
    case 'email-invalid':
      return errors.emailInvalid;
    case 'email-mixed':
      return errors.emailMixed;
    case 'email-too-long':
      return errors.emailTooLong;
    case 'phone-invalid':
      return errors.phoneInvalid;
    case 'too-long':
      return errors.tooLong(label, problem.field === 'boxes' ? 0 : LONGEST[problem.field]);
    case 'characters':
      return errors.characters(label);
    case 'no-box':
      return errors.noBox;
  }
}

/** The same for everybody who sent a form that could be read: it tells nothing about the address. */
export function checkMailPage(setting: Setting, slug: string): Response {
  const words = setting.texts.checkMail;
  return publicPage(setting, {
    title: words.title,
    main: html`<h1>${words.title}</h1><p class="lead">${words.text(DAYS_TO_CONFIRM)}</p>
<h2>${words.nothingCame}</h2><p>${words.nothingCameText}</p>
<p><a href="${formAddress(setting, slug)}?lang=${setting.language}">${words.back}</a></p>`,
    switcher: `${formAddress(setting, slug)}/check-mail`,
  });
}

export function missingFormPage(setting: Setting, because: 'missing' | 'closed', slug: string): Response {
  const words = because === 'missing' ? setting.texts.form.missing : setting.texts.form.closed;
  return plainPage(setting, words, { status: because === 'missing' ? 404 : 410, address: formAddress(setting, slug) });
}

export function tooManyPage(setting: Setting, slug: string): Response {
  return plainPage(setting, setting.texts.form.tooMany, {
    status: 429,
    address: formAddress(setting, slug),
    headers: { 'retry-after': '3600' },
  });
}

/** Where everybody is sent after a form was taken. */
export function checkMailAddress(slug: string, language: Language, isFramed = false): string {
  return `/f/${slug}${isFramed ? '/embed' : ''}/check-mail?lang=${language}`;
}

/** The form where it is being looked at: in a frame it stays in the frame. */
function formAddress({ frame }: Setting, slug: string): string {
  return `/f/${encodeURIComponent(slug)}${frame ? '/embed' : ''}`;
}
