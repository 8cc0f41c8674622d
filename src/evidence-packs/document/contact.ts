import { html } from 'hono/html';
import type { Html } from '#platform/html/page.ts';
import type { DescribedContact } from '#src/contacts/describe-contact.ts';
import type { SubmissionMention } from '#src/forms/list-submissions-of.ts';
import { reasons as bg } from '#src/languages/bg/reasons.ts';
import { reasons as en } from '#src/languages/en/reasons.ts';
import type { Language } from '#src/languages/languages.ts';
import type { Permission } from '#src/permission/permissions-of.ts';
import type { ShownText } from '../common-files.ts';
import type { PackEvent } from '../event.ts';
import { wordOf, writeEvents, writeTexts } from './events.ts';
import { type Issuer, type Voice, voiceOf, writeDocument } from './frame.ts';

const reasons = { bg, en };

export interface ContactEvidence {
  readonly subject: string;
  readonly contact: DescribedContact;
  readonly permissions: readonly Permission[];
  /** Oldest first. */
  readonly submissions: readonly SubmissionMention[];
  readonly events: readonly PackEvent[];
  readonly texts: readonly ShownText[];
  readonly issuer: Issuer;
  /** Files of the archive besides its signed list. */
  readonly enclosed: number;
}

/** What a data-protection officer or an authority reads about one person. */
export function writeContactDocument(told: ContactEvidence, language: Language): string {
  const voice = voiceOf(language, told.issuer.controller);
  const { document } = voice.words;
  return writeDocument(
    voice,
    { kind: 'contact', subject: told.subject, issuer: told.issuer, enclosed: told.enclosed },
    html`${writePerson(voice, told.contact)}
${writeToday(voice, told.permissions)}
${writeEvents(voice, told.events, told.texts)}
${writeSubmissions(voice, told.submissions)}
<section><h2>${document.campaigns}</h2><p>${document.noCampaigns} ${document.messages}</p></section>
${writeTexts(voice, told.texts)}`,
  );
}

function writePerson({ words, language, moment }: Voice, contact: DescribedContact): Html {
  const { document } = words;
  const { origin } = contact;
  const addresses = contact.points.map(
    ({ original, verifiedAt }, at) =>
      html`${at > 0 ? html`<br>` : ''}${original} <span class="soft">(${verifiedAt ? document.verified(moment(verifiedAt)) : document.unverified})</span>`,
  );
  const legalBasis = wordOf(document.legalBases, origin.legalBasis);
  return html`<section><dl>
<dt>${document.subject}</dt><dd><strong>${contact.name}</strong></dd>
<dt>${document.state}</dt><dd>${document.states[contact.state]}, ${document.stateSince(moment(contact.createdAt))}</dd>
${addresses.length > 0 ? html`<dt>${document.addresses}</dt><dd>${addresses}</dd>` : ''}
<dt>${document.source}</dt><dd>${origin.source.label} – ${document.obtainedFrom[origin.source.obtainedFrom]}; ${origin.purpose.name[language]}; ${legalBasis}</dd>
</dl></section>`;
}

function writeToday({ words, language, moment }: Voice, permissions: readonly Permission[]): Html {
  const { document } = words;
  return html`<section><h2>${document.today}</h2><p>${document.todayHint}</p>
<div class="wide"><table><thead><tr><th>${document.purpose}</th><th>${document.channel}</th><th>${document.answer}</th><th>${document.since}</th><th>${document.why}</th></tr></thead>
<tbody>${permissions.map(
    ({ purpose, channel, allowed, since, reason }) =>
      html`<tr><td>${purpose.name[language]}</td><td>${wordOf(document.channels, channel)}</td><td><strong>${allowed ? document.yes : document.no}</strong></td><td>${since ? moment(since) : '–'}</td><td>${reasons[language][reason]}</td></tr>`,
  )}</tbody></table></div></section>`;
}

function writeSubmissions({ words, moment }: Voice, submissions: readonly SubmissionMention[]): Html | '' {
  const { document } = words;
  if (submissions.length === 0) return '';
  return html`<section><h2>${document.submissions}</h2><ul>${submissions.map(
    ({ id, at, status, language }) =>
      html`<li>${moment(at)}: ${wordOf(document.submission, status)} (${wordOf(document.language, language)}) <code>${id}</code></li>`,
  )}</ul></section>`;
}
