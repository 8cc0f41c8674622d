import { html } from 'hono/html';
import type { Html } from '#platform/html/page.ts';
import type { Language } from '#src/languages/languages.ts';
import { type FieldKey, labelOf } from './form.ts';
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

const inputs: Readonly<Record<FieldKey, { type: string; autocomplete: string }>> = {
  email: { type: 'email', autocomplete: 'email' },
  given_name: { type: 'text', autocomplete: 'given-name' },
  family_name: { type: 'text', autocomplete: 'family-name' },
  company: { type: 'text', autocomplete: 'organization' },
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
${shown.fields.map(
  (field) => html`<p><label for="${id(field.key)}">${labelOf(shown, field)}</label><br>
<span id="${id(`${field.key}-reason`)}">${field.reason}</span><br>
<input id="${id(field.key)}" name="${field.key}" type="${inputs[field.key].type}" autocomplete="${inputs[field.key].autocomplete}" aria-describedby="${id(`${field.key}-reason`)}"></p>
`,
)}<fieldset aria-describedby="${id('hint')}"><legend>${shown.legend}</legend>
<p id="${id('hint')}">${shown.legendHint}</p>
${shown.boxes.map(
  (
    box,
    at,
  ) => html`<p><input type="checkbox" id="${id(`box-${at}`)}" name="consent" value="${box.value}" aria-describedby="${id(`box-${at}-hint`)}"> <label for="${id(`box-${at}`)}">${box.label}</label><br>
<span id="${id(`box-${at}-hint`)}">${box.hint}</span></p>
`,
)}</fieldset>
<h3>${shown.noticeHeading}</h3>
${shown.notice.map((line) => html`<p>${line}</p>\n`)}<p><a href="${publicUrl}${noticeAddress}">${texts.copiedForm.fullText}</a></p>
<p><button type="submit">${shown.submit}</button></p>
</form>`;
}
