import { html } from 'hono/html';
import type { Html } from '#platform/html/page.ts';
import type { Language } from '#src/languages/languages.ts';
import { choicesOf, labelOf, type ShownBox, type ShownField, type ShownForm, type StandardKey } from './form.ts';
import { publicTexts } from './public-texts.ts';
import type { FormVersion } from './queries.ts';

/** What somebody copies into their site to ask for consent there. */
export interface Snippets {
  /** A plain form that works by itself. */
  readonly form: string;
  /** The same with the script that sends it in place. */
  readonly formWithScript: string;
  /** Our own page in a frame. */
  readonly frame: string;
}

interface Copied {
  readonly slug: string;
  readonly version: FormVersion;
  readonly language: Language;
  readonly publicUrl: string;
  /** Address of the recorded text, from the root. */
  readonly noticeAddress: string;
  /** An allowed page to go to afterwards; ours unless given. */
  readonly returnAddress?: string | undefined;
}

const inputs: Readonly<Record<StandardKey, { type: string; autocomplete: string }>> = {
  email: { type: 'email', autocomplete: 'email' },
  given_name: { type: 'text', autocomplete: 'given-name' },
  family_name: { type: 'text', autocomplete: 'family-name' },
  company: { type: 'text', autocomplete: 'organization' },
  job_title: { type: 'text', autocomplete: 'organization-title' },
  city: { type: 'text', autocomplete: 'address-level2' },
  phone: { type: 'tel', autocomplete: 'tel' },
};

/**
 * The form in the words it was published with, as markup without a style or a script of its own. No box is ticked; the
 * reasons and the short notice stand in it; the whole text is one link away. It carries no token: what the site makes of
 * it we cannot know, and the proof says so.
 */
export function makeSnippets(copied: Copied): Snippets {
  const { slug, version, language, publicUrl } = copied;
  const form = formOf(copied).toString();
  const script = html`<script src="${publicUrl}/f/${slug}/embed.js" crossorigin="anonymous" defer></script>`;
  const title = publicTexts[language].copiedForm.frameTitle(version.shown[language].title);
  const frame = html`<iframe src="${publicUrl}/f/${slug}/embed?lang=${language}" title="${title}" width="100%" height="900" style="border:0" loading="lazy"></iframe>`;
  return { form, formWithScript: `${form}\n${script}`, frame: `${frame}\n${script}` };
}

function formOf({ slug, version, language, publicUrl, noticeAddress, returnAddress }: Copied): Html {
  const shown = version.shown[language];
  const texts = publicTexts[language];
  const id = (name: string) => `saglasie-${slug}-${name}`;
  return html`<form action="${publicUrl}/f/${slug}?lang=${language}" method="post" accept-charset="utf-8" lang="${language}" novalidate>
<h2>${shown.title}</h2>
<p>${shown.intro}</p>
<input type="hidden" name="_version" value="${version.number}">
${returnAddress ? html`<input type="hidden" name="_return" value="${returnAddress}">\n` : ''}<div style="position:absolute;left:-100rem" aria-hidden="true"><label for="${id('website')}">${texts.form.trap}</label><input id="${id('website')}" name="website" type="text" value="" tabindex="-1" autocomplete="off"></div>
${
  shown.magnet
    ? html`<p><strong>${shown.magnet.label}</strong><br>${shown.magnet.hint}</p>
`
    : ''
}${shown.fields.map((field) => fieldOf(shown, field, id))}${shown.age ? ageOf(shown.age, id) : ''}${boxesOf(
  { legend: shown.legend, hint: shown.legendHint, boxes: shown.boxes.filter((box) => !box.isMeasurement) },
  id,
  'box',
)}${boxesOf(
  {
    legend: shown.measurementLegend ?? '',
    hint: shown.measurementHint ?? '',
    boxes: shown.boxes.filter((box) => box.isMeasurement),
  },
  id,
  'measurement',
)}<h3>${shown.noticeHeading}</h3>
${shown.notice.map((line) => html`<p>${line}</p>\n`)}<p><a href="${publicUrl}${noticeAddress}">${texts.copiedForm.fullText}</a></p>
<p><button type="submit">${shown.submit}</button></p>
</form>`;
}

type Id = (name: string) => string;

/** A question with the reason it is asked, in plain markup. */
function fieldOf(shown: ShownForm, field: ShownField, id: Id): Html {
  const own = id(field.key);
  const choices = choicesOf(shown, field);
  const described = html`aria-describedby="${own}-reason"`;
  const input = inputs[field.key as StandardKey];
  const control =
    choices.length > 0
      ? html`<select id="${own}" name="${field.key}" ${described}><option value=""></option>${choices.map(
          (choice) => html`<option value="${choice.value}">${choice.label}</option>`,
        )}</select>`
      : field.type === 'long-text'
        ? html`<textarea id="${own}" name="${field.key}" rows="4" ${described}></textarea>`
        : html`<input id="${own}" name="${field.key}" type="${field.type ? 'text' : (input?.type ?? 'text')}" autocomplete="${field.type ? 'off' : (input?.autocomplete ?? 'off')}" ${described}>`;
  return html`<p><label for="${own}">${labelOf(shown, field)}</label><br>
<span id="${own}-reason">${field.reason}</span><br>
${control}</p>
`;
}

function ageOf(age: NonNullable<ShownForm['age']>, id: Id): Html {
  const choice = (value: string, label: string) =>
    html`<p><input type="radio" id="${id(`age-${value}`)}" name="age" value="${value}"> <label for="${id(`age-${value}`)}">${label}</label></p>`;
  return html`<fieldset aria-describedby="${id('age-reason')}"><legend>${age.question}</legend>
<p id="${id('age-reason')}">${age.reason}</p>
${choice('older', age.older)}
${choice('younger', age.younger)}
</fieldset>
`;
}

function boxesOf(
  group: { readonly legend: string; readonly hint: string; readonly boxes: readonly ShownBox[] },
  id: Id,
  name: string,
): Html | '' {
  if (group.boxes.length === 0) return '';
  return html`<fieldset aria-describedby="${id(`${name}-hint`)}"><legend>${group.legend}</legend>
<p id="${id(`${name}-hint`)}">${group.hint}</p>
${group.boxes.map((box, at) => {
  const own = id(`${name}-${at}`);
  return html`<p><input type="checkbox" id="${own}" name="consent" value="${box.value}" aria-describedby="${own}-hint"> <label for="${own}">${box.label}</label><br>
<span id="${own}-hint">${box.hint}</span></p>
`;
})}</fieldset>
`;
}
