import { html } from 'hono/html';
import {
  areaField,
  errorSummary,
  plainSummary,
  radioField,
  selectField,
  textField,
  tickBox,
  trapField,
} from '#platform/html/form-parts.ts';
import { languageButtons } from '#platform/html/language-switch.ts';
import type { Html } from '#platform/html/page.ts';
import type { PublicTexts } from '#src/languages/en/public.ts';
import type { Language } from '#src/languages/languages.ts';
import { compareShown, type ShownChange } from './compare-shown.ts';
import { choicesOf, DAYS_TO_CONFIRM, labelOf, type ShownBox, type ShownField, type ShownForm, type StandardKey } from './form.ts';
import { plainPage, publicPage, type Setting, tongues } from './public-page.ts';
import type { FormVersion } from './queries.ts';
import { longestAnswer, type SubmissionProblem, type Typed } from './read-submission.ts';
import { COMPANY } from './show-form.ts';

interface FormPage {
  readonly slug: string;
  readonly version: FormVersion;
  /** Signed: what is being shown, and when it was first. */
  readonly token: string;
  readonly typed?: Typed;
  readonly problems?: readonly SubmissionProblem[];
  readonly because?: 'forged' | 'stale' | 'changed' | 'too-fast' | 'choose';
  /** The version that was filled in, when another is shown now: so that the difference can be pointed out. */
  readonly before?: FormVersion | undefined;
}

/** From as many answers on they stand in a list that opens. */
const MANY_CHOICES = 8;

const fieldTypes: Readonly<Record<StandardKey, { type: 'text' | 'email' | 'tel'; autocomplete: string }>> = {
  email: { type: 'email', autocomplete: 'email' },
  given_name: { type: 'text', autocomplete: 'given-name' },
  family_name: { type: 'text', autocomplete: 'family-name' },
  company: { type: 'text', autocomplete: 'organization' },
  job_title: { type: 'text', autocomplete: 'organization-title' },
  city: { type: 'text', autocomplete: 'address-level2' },
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
  const messages = shown.boxes.filter((box) => !box.isMeasurement);
  const measurement = shown.boxes.filter((box) => box.isMeasurement);
  const isTicked = (box: ShownBox) => page.typed?.ticked.includes(box.value) ?? false;
  const { age, magnet } = shown;

  const main = html`${summaryOf(page, shown, texts, language)}<h1>${shown.title}</h1>
<p class="lead">${shown.intro}</p>
${magnet ? html`<section class="box" aria-labelledby="magnet"><h2 id="magnet">${magnet.heading}</h2><p><strong>${magnet.label}</strong></p><p>${magnet.hint}</p><p class="hint">${texts.form.magnetNote}</p></section>` : ''}
<form id="f" method="post" action="${formAddress(setting, page.slug)}${setting.frame ? '#errors' : ''}" novalidate>
<button type="submit" hidden>${shown.submit}</button>
<input type="hidden" name="_form" value="${page.token}">
${page.typed?.parentEmail ? html`<input type="hidden" name="parent_email" value="${page.typed.parentEmail}">` : ''}
${trapField(texts.form.trap)}
${shown.fields.map((field) => fieldOf(shown, field, page.typed?.fields[field.key] ?? '', messageFor(field.key), texts))}
${
  age
    ? radioField({
        id: 'age',
        name: 'age',
        label: age.question,
        hint: age.reason,
        choices: [
          { value: 'older', label: age.older },
          { value: 'younger', label: age.younger },
        ],
        value: page.typed?.age ?? '',
        error: messageFor('age'),
      })
    : ''
}
${boxGroup({ id: 'boxes', legend: shown.legend, hint: shown.legendHint, boxes: messages, first: 0, isTicked, error: messageFor('boxes') })}
${boxGroup({
  id: 'measurement',
  legend: shown.measurementLegend ?? '',
  hint: shown.measurementHint ?? '',
  boxes: measurement,
  first: messages.length,
  isTicked,
  error: messages.length === 0 ? messageFor('boxes') : undefined,
})}
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

function fieldOf(shown: ShownForm, field: ShownField, value: string, error: string | undefined, texts: PublicTexts): Html {
  const common = { id: field.key, name: field.key, label: labelOf(shown, field), hint: field.reason, value, error };
  const choices = choicesOf(shown, field);
  switch (field.type) {
    case 'choice':
    case 'yes-no':
      return choices.length < MANY_CHOICES
        ? radioField({ ...common, choices: field.required ? choices : [...choices, { value: '', label: texts.form.chooseNone }] })
        : selectField({ ...common, choices, empty: texts.form.chooseNone });
    case 'long-text':
      return areaField(common);
    case 'date':
      // A field of its own in every browser would forget what it cannot read; this one keeps it.
      return textField({ ...common, type: 'text', autocomplete: 'off', hint: `${field.reason} ${texts.form.dateHint}` });
    case 'number':
      return textField({ ...common, type: 'text', inputMode: 'decimal', autocomplete: 'off' });
    case 'email':
      return textField({ ...common, type: 'text', inputMode: 'email', autocomplete: 'off' });
    case 'phone':
      return textField({ ...common, type: 'text', inputMode: 'tel', autocomplete: 'off' });
    case 'url':
      return textField({ ...common, type: 'text', inputMode: 'url', autocomplete: 'off' });
    case 'text':
      return textField({ ...common, type: 'text', autocomplete: 'off' });
    default:
      return textField({ ...common, ...fieldTypes[field.key as StandardKey] });
  }
}

function boxGroup(group: {
  readonly id: string;
  readonly legend: string;
  readonly hint: string;
  readonly boxes: readonly ShownBox[];
  readonly first: number;
  isTicked(box: ShownBox): boolean;
  readonly error: string | undefined;
}): Html | '' {
  const { id, error } = group;
  if (group.boxes.length === 0) return '';
  return html`<fieldset${error ? html` class="wrong"` : ''} aria-describedby="${id}-hint${error ? ` ${id}-error` : ''}"><legend>${group.legend}</legend>
<p class="hint" id="${id}-hint">${group.hint}</p>${error ? html`<p class="error" id="${id}-error">${error}</p>` : ''}
${group.boxes.map((box, at) =>
  tickBox({
    id: `box-${group.first + at}`,
    name: 'consent',
    value: box.value,
    label: box.label,
    hint: box.hint,
    ticked: group.isTicked(box),
  }),
)}
</fieldset>`;
}

/** One question more, on a page of its own: whom to ask in the place of somebody too young. Everything else is carried along. */
export function parentPage(setting: Setting, page: FormPage): Response {
  const { texts, language } = setting;
  const shown = page.version.shown[language];
  const words = texts.form.parent;
  const typed = page.typed ?? { fields: {}, ticked: [] };
  const problem = page.problems?.find((one) => one.field === 'parent_email');
  const error = problem && problemMessage(problem, shown, texts);
  const hidden = (name: string, value: string) => html`<input type="hidden" name="${name}" value="${value}">`;
  const main = html`${error ? errorSummary(texts.problemTitle, [{ target: 'parent_email', message: error }]) : ''}<h1>${words.title}</h1>
<p class="lead">${words.text(shown.age?.years ?? 0)}</p>
<form id="f" method="post" action="${formAddress(setting, page.slug)}" novalidate>
<button type="submit" hidden>${words.submit}</button>
${hidden('_form', page.token)}${hidden('_step', 'parent')}${hidden('age', 'younger')}
${trapField(texts.form.trap)}
${Object.entries(typed.fields).map(([key, value]) => hidden(key, value))}${typed.ticked.map((value) => hidden('consent', value))}
${textField({
  id: 'parent_email',
  name: 'parent_email',
  label: words.label,
  hint: words.reason(DAYS_TO_CONFIRM),
  value: typed.parentEmail ?? '',
  type: 'email',
  autocomplete: 'off',
  error,
})}
<button class="act" type="submit">${words.submit}</button>
</form>`;
  return publicPage(setting, {
    title: words.title,
    main,
    switcher: languageButtons({ current: language, languages: tongues, label: texts.languageSwitch }, 'f'),
    failed: error !== undefined,
    status: error === undefined ? 200 : 422,
  });
}

function summaryOf(page: FormPage, shown: ShownForm, texts: PublicTexts, language: Language): Html | '' {
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
  const changes = page.before ? compareShown(page.before.shown[language], shown) : [];
  return html`${plainSummary(words.title, words.text)}${changes.length > 0 ? differenceOf(changes, texts) : ''}`;
}

/** What is said otherwise than in the text the person had before them. */
function differenceOf(changes: readonly ShownChange[], texts: PublicTexts): Html {
  const words = texts.form.changed;
  return html`<section class="box" aria-labelledby="difference"><h2 id="difference">${words.heading}</h2><dl>${changes.map(
    ({ old, now }) =>
      old === undefined
        ? html`<dt>${words.added}</dt><dd>${now ?? ''}</dd>`
        : now === undefined
          ? html`<dt>${words.removed}</dt><dd><del>${old}</del></dd>`
          : html`<dt>${words.before}</dt><dd><del>${old}</del></dd><dt>${words.now}</dt><dd>${now}</dd>`,
  )}</dl></section>`;
}

/** What is wrong and what to do, in the reader's language. Never what was typed. */
export function problemMessage(problem: SubmissionProblem, shown: ShownForm, texts: PublicTexts): string {
  const { errors } = texts.form;
  const field = shown.fields.find(({ key }) => key === problem.field);
  const label = field?.label ?? '';
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
      return errors.tooLong(label, field ? longestAnswer(field) : 0);
    case 'characters':
      return errors.characters(label);
    case 'no-box':
      return errors.noBox;
    case 'not-a-choice':
      return errors.choose(label);
    case 'date-invalid':
      return errors.dateInvalid(label);
    case 'number-invalid':
      return errors.numberInvalid(label);
    case 'url-invalid':
      return errors.urlInvalid(label);
    case 'needs-explicit-consent':
      return errors.sensitive(label, shown.boxes.find((box) => box.opens?.includes(problem.field))?.label ?? '');
    case 'age-missing':
      return errors.ageMissing(shown.age?.years ?? 0);
    case 'parent-missing':
      return errors.parentMissing;
    case 'parent-same':
      return errors.parentSame;
  }
}

/** The same for everybody who sent a form that could be read: it tells nothing about the address. */
export function checkMailPage(setting: Setting, slug: string, version: FormVersion, asked?: 'parent'): Response {
  const words = setting.texts.checkMail;
  const { sent, magnet, boxes } = version.definition;
  const say = (text: { readonly [L in Language]: string }) => text[setting.language].replaceAll(COMPANY, setting.controller.name);
  const title = sent ? say(sent.title) : words.title;
  const text = asked === 'parent' ? words.parentText : magnet || boxes.length === 0 ? words.requested : words.text;
  return publicPage(setting, {
    title,
    main: html`<h1>${title}</h1>${sent ? html`<p class="lead">${say(sent.text)}</p>` : ''}<p${sent ? '' : html` class="lead"`}>${text(DAYS_TO_CONFIRM)}</p>
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
export function checkMailAddress(
  slug: string,
  language: Language,
  to: { isFramed?: boolean; asked?: 'parent' | undefined } = {},
): string {
  return `/f/${slug}${to.isFramed ? '/embed' : ''}/check-mail?lang=${language}${to.asked ? `&asked=${to.asked}` : ''}`;
}

/** The form where it is being looked at: in a frame it stays in the frame. */
function formAddress({ frame }: Setting, slug: string): string {
  return `/f/${encodeURIComponent(slug)}${frame ? '/embed' : ''}`;
}
