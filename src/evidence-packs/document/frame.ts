import { html } from 'hono/html';
import { AppError } from '#platform/app-error.ts';
import { writeVkey } from '#platform/crypto/signed-note.ts';
import type { Database } from '#platform/database/connect.ts';
import { formatDay, formatMoment } from '#platform/html/format-date.ts';
import type { Html } from '#platform/html/page.ts';
import { printedDocument } from '#platform/html/printed-document.ts';
import type { EvidenceWords } from '#src/languages/en/evidence.ts';
import type { Language } from '#src/languages/languages.ts';
import { originOf } from '#src/ledger/checkpoint.ts';
import { logSigner } from '#src/ledger/log-keys.ts';
import { type Controller, findController } from '#src/register/controller.ts';
import type { Services } from '#src/services.ts';
import type { PackKind } from '../pack.ts';
import { wordsOf } from '../words.ts';

/** Who makes a pack, when, and with which key. */
export interface Issuer {
  readonly controller: Controller;
  readonly vkey: string;
  /** Address of the public page with the log's keys. */
  readonly keysAddress: string;
  readonly madeAt: Date;
}

/** @throws AppError 409 when the company has not said who it is: evidence of nobody is worth nothing. */
export async function issuerOf(services: Services, db: Database): Promise<Issuer> {
  const controller = await findController(db);
  if (!controller) throw new AppError('controller-missing', { status: 409 });
  const { publicUrl } = services.config;
  return {
    controller,
    vkey: writeVkey(logSigner(services.keys, originOf(publicUrl))),
    keysAddress: `${publicUrl.replace(/\/+$/, '')}/ledger/keys`,
    madeAt: services.now(),
  };
}

/** What every part of a document speaks with. */
export interface Voice {
  readonly language: Language;
  readonly words: EvidenceWords;
  day(at: Date): string;
  moment(at: Date | string): string;
}

export function voiceOf(language: Language, { timeZone }: Controller): Voice {
  return {
    language,
    words: wordsOf[language],
    day: (at) => formatDay(at, language, timeZone),
    moment: (at) => formatMoment(new Date(at), language, timeZone),
  };
}

/** The document of a pack: the letter to the supervisory authority on a page of its own, then the evidence. */
export function writeDocument(
  voice: Voice,
  pack: {
    readonly kind: PackKind;
    readonly subject: string;
    readonly issuer: Issuer;
    readonly enclosed: number;
    readonly toAnyone?: boolean;
  },
  body: Html,
): string {
  const { words, language, moment } = voice;
  const { document } = words;
  const { issuer, kind, subject } = pack;
  const title = document.title[kind];
  return printedDocument({
    language,
    title: `${title} – ${issuer.controller.name}`,
    body: html`${writeLetter(voice, pack)}
<main>
<h1>${title}</h1>
<p class="soft">${document.made(moment(issuer.madeAt))}. ${document.controller}: ${issuer.controller.name}, ${issuer.controller.address}. ${document.reference}: <code>${subject}</code>. ${document.times(issuer.controller.timeZone)}</p>
${body}
<section><h2>${document.verify}</h2>
<ol>${document.verifyText.slice(0, -1).map((text) => html`<li>${text}</li>`)}</ol>
<p>${document.verifyText.at(-1)}<br><code>${issuer.keysAddress}</code></p>
<dl><dt>${document.key}</dt><dd><code>${issuer.vkey}</code></dd></dl></section>
</main>`,
  });
}

function writeLetter(
  voice: Voice,
  { kind, issuer, enclosed, toAnyone = false }: { kind: PackKind; issuer: Issuer; enclosed: number; toAnyone?: boolean },
): Html {
  const { words, day } = voice;
  const { letter, authority } = words;
  const { controller } = issuer;
  const from = [
    controller.name,
    ...(controller.registrationNumber ? [letter.registered(controller.registrationNumber)] : []),
    controller.address,
    controller.email,
    ...(controller.phone ? [controller.phone] : []),
  ];
  const to = toAnyone ? [letter.blank, letter.blank] : [authority.name, ...authority.address];
  const dpo = [controller.dpoName, controller.dpoEmail].filter(Boolean).join(', ');
  return html`<header class="letter">
<div class="parties"><div><p class="label">${letter.from}</p>${from.map((line) => html`<p>${line}</p>`)}</div>
<div><p class="label">${letter.to}</p>${to.map((line, at) => html`<p>${at === 0 ? html`<strong>${line}</strong>` : line}</p>`)}</div></div>
<p>${letter.yourReference} ${letter.blank}<br>${letter.ourReference} ${letter.blank}<br>${day(issuer.madeAt)}</p>
<p class="about">${letter.about[kind]}</p>
<p>${toAnyone ? letter.greetingAnyone : letter.greeting}</p>
<p>${letter.body[kind](controller.name)}</p>
${kind === 'retention' ? '' : letter.proof[kind === 'form' ? 'texts' : 'events'].map((text) => html`<p>${text}</p>`)}
<p>${letter.enclosed}: ${letter.enclosures(enclosed)}.</p>
${dpo ? html`<p>${letter.dpo}: ${dpo}.</p>` : ''}
<p class="closing">${letter.closing}</p>
<p>${letter.blank}${letter.blank}<br><span class="small soft">${letter.signature}</span></p>
</header>`;
}
