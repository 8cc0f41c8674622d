import { html } from 'hono/html';
import type { Html } from '#platform/html/page.ts';
import type { Evidence } from '#src/ledger/entry.ts';
import type { ShownText } from '../common-files.ts';
import type { PackEvent } from '../event.ts';
import type { Voice } from './frame.ts';

/** Kinds by which something ends or is refused; they stand out on paper too. */
const ends = new Set(['consent-refused', 'consent-withdrawn', 'consent-expired', 'objected', 'restricted', 'basis-ended']);

/** What happened, in order, each with everything that shows it. */
export function writeEvents(voice: Voice, events: readonly PackEvent[], texts: readonly ShownText[]): Html {
  const { document } = voice.words;
  return html`<section><h2>${document.history}</h2>
${events.length === 0 ? html`<p>${document.noHistory}</p>` : events.map((event) => writeEvent(voice, event, texts))}</section>`;
}

function writeEvent(voice: Voice, event: PackEvent, texts: readonly ShownText[]): Html {
  const { words, language, moment } = voice;
  const { document } = words;
  const labels = document.event;
  const about = event.purpose
    ? `${event.purpose.name[language]}${event.channel ? `, ${wordOf(document.channels, event.channel)}` : ''}`
    : document.everything;
  const number = texts.findIndex(({ hash }) => hash === event.notice?.hash) + 1;
  const lines: [string, string | Html | null][] = [
    [labels.when, moment(event.occurredAt)],
    [labels.recorded, wasRecordedLater(event) ? moment(event.recordedAt) : null],
    [labels.until, event.until && moment(event.until)],
    [document.purpose, event.purpose && document.purposeVersion(event.purpose.name[language], event.purpose.version)],
    [labels.who, [wordOf(document.actors, event.by.kind), event.by.name].filter(Boolean).join(': ')],
    [labels.how, wordOf(document.methods, event.method)],
    [document.source, event.source?.label ?? null],
    [labels.ground, event.legalBasis && wordOf(document.legalBases, event.legalBasis)],
    [labels.permission, event.permissionGround && wordOf(document.permissionGrounds, event.permissionGround)],
    [labels.language, event.language && document.language[event.language]],
    [labels.text, event.notice ? labels.textOf(event.notice.slug, event.notice.version, number) : labels.noText],
    [labels.grade, event.grade && document.grades[event.grade]],
    [labels.evidence, writeEvidence(voice, event.evidence)],
    [labels.proof, writeProof(voice, event)],
  ];
  return html`<article class="event${ends.has(event.kind) ? ' no' : ''}"><h3>${document.kinds[event.kind]}: ${about}</h3>
<dl>${lines.map(([term, text]) => (text ? html`<dt>${term}</dt><dd>${text}</dd>` : ''))}</dl></article>`;
}

/** What happened on paper or in another system is entered afterwards; then both times matter. */
function wasRecordedLater(event: PackEvent): event is PackEvent & { readonly recordedAt: string } {
  return event.recordedAt !== null && Date.parse(event.recordedAt) - Date.parse(event.occurredAt) > 60_000;
}

function writeProof({ words }: Voice, { entry, proven, position, opens }: PackEvent): Html | string {
  const labels = words.document.event;
  if (!proven || position === null) return labels.waiting;
  return html`${labels.proven(position)}${opens ? '' : `; ${labels.closed}`}<br><code>proofs/${entry}.tlog-proof</code>`;
}

function writeEvidence({ words, moment }: Voice, evidence: Evidence): Html | string {
  const { document } = words;
  const said = Object.entries(evidence).filter(([, value]) => value !== null && value !== '');
  if (said.length === 0) return document.event.noEvidence;
  return html`${said.map(([key, value], at) => {
    const text =
      key === 'shown'
        ? wordOf(document.shown, String(value))
        : /^\d{4}-\d\d-\d\dT/.test(String(value))
          ? moment(String(value))
          : value;
    return html`${at > 0 ? html`<br>` : ''}${wordOf(document.evidence, key)}: ${text}`;
  })}`;
}

/** The texts people were shown, verbatim. */
export function writeTexts(voice: Voice, texts: readonly ShownText[]): Html | '' {
  const { document } = voice.words;
  if (texts.length === 0) return '';
  return html`<section><h2>${document.texts}</h2><p>${document.textsHint}</p>
${texts.map(
  ({ slug, version, language, hash, body }, at) =>
    html`<h3>${document.textNumber(at + 1)}: ${document.textHead(slug, version, wordOf(document.language, language))}</h3>
<p class="small soft"><code>notices/${hash}.txt</code></p><pre class="text" lang="${language}">${body}</pre>`,
)}</section>`;
}

/** A word for a code; the code itself for one that came after this dictionary. */
export function wordOf(words: Readonly<Record<string, string>>, code: string): string {
  return Object.hasOwn(words, code) ? (words[code] as string) : code;
}
