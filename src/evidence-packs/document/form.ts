import { html } from 'hono/html';
import type { Html } from '#platform/html/page.ts';
import type { Decisions } from '#src/forms/count-decisions.ts';
import type { ShownForm } from '#src/forms/form.ts';
import type { Language } from '#src/languages/languages.ts';
import type { ShownText } from '../common-files.ts';
import { wordOf, writeTexts } from './events.ts';
import { type Issuer, type Voice, voiceOf, writeDocument } from './frame.ts';

/** One published version of a form: what it showed in each language, and what came of it. */
export interface VersionEvidence {
  readonly id: string;
  readonly number: number;
  readonly publishedAt: Date;
  readonly shown: Readonly<Record<Language, ShownForm>>;
  readonly noticeHashes: Readonly<Record<Language, string>>;
  readonly decisions: Decisions;
  readonly consents: Readonly<Record<Language, { readonly given: number; readonly refused: number }>>;
}

export interface FormEvidence {
  readonly subject: string;
  readonly slug: string;
  readonly address: string;
  readonly publishedNumber: number | null;
  /** Oldest first. */
  readonly versions: readonly VersionEvidence[];
  readonly texts: readonly ShownText[];
  readonly issuer: Issuer;
  readonly enclosed: number;
}

/** What a data-protection officer or an authority reads about a form: every version there ever was. */
export function writeFormDocument(told: FormEvidence, language: Language): string {
  const voice = voiceOf(language, told.issuer.controller);
  const { document } = voice.words;
  const { form } = document;
  const [newest] = told.versions.toReversed();
  return writeDocument(
    voice,
    { kind: 'form', subject: told.subject, issuer: told.issuer, enclosed: told.enclosed },
    html`<section><dl>
<dt>${form.name}</dt><dd><strong>${newest?.shown[language].title ?? told.slug}</strong></dd>
<dt>${form.address}</dt><dd>${told.address}</dd>
<dt>${form.state}</dt><dd>${told.publishedNumber === null ? form.unpublished : form.published(told.publishedNumber)}</dd>
</dl></section>
${told.versions.map((version) => writeVersion(voice, version))}
<section><h2>${document.campaigns}</h2><p>${document.noCampaigns}</p></section>
${writeTexts(voice, told.texts)}`,
  );
}

function writeVersion(voice: Voice, version: VersionEvidence): Html {
  const { words, language, moment } = voice;
  const { form, channels } = words.document;
  const shown = version.shown[language];
  return html`<section><h2>${form.version(version.number)}, ${form.publishedAt(moment(version.publishedAt))}</h2>
<p>${form.checked}</p>
<h3>${form.fields}</h3><ul>${shown.fields.map(
    ({ label, reason, required }) => html`<li>${label} (${required ? form.required : form.optional}): ${reason}</li>`,
  )}</ul>
<h3>${form.boxes}</h3><ul>${shown.boxes.map(
    ({ label, hint, channel }) => html`<li>☐ ${label} <span class="soft">${hint} (${wordOf(channels, channel)})</span></li>`,
  )}</ul>
${writeCounts(voice, version)}</section>`;
}

function writeCounts({ words }: Voice, { decisions, consents }: VersionEvidence): Html {
  const { form } = words.document;
  const given = Object.values(consents).reduce((sum, count) => sum + count.given, 0);
  const refused = Object.values(consents).reduce((sum, count) => sum + count.refused, 0);
  const counts: [string, number][] = [
    [form.sent, decisions.sent],
    [form.confirmed, decisions.confirmed],
    [form.waiting, decisions.waiting],
    [form.neverConfirmed, decisions.expired],
    [form.rejected, decisions.rejected],
    [form.given, given],
    [form.refused, refused],
  ];
  return html`<h3>${form.counts}</h3><table><tbody>${counts.map(
    ([label, count]) => html`<tr><th scope="row">${label}</th><td class="num">${count}</td></tr>`,
  )}</tbody></table><p class="small soft">${form.countsHint}</p>`;
}
