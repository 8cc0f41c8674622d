import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import { AppError } from '#platform/app-error.ts';
import { writeVkey } from '#platform/crypto/signed-note.ts';
import type { Database } from '#platform/database/connect.ts';
import { formatDay, formatMoment } from '#platform/html/format-date.ts';
import type { Html } from '#platform/html/page.ts';
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

/** Read on a screen and printed on A4; no script, nothing from elsewhere, black on white. */
const style = `
@page{size:A4;margin:18mm 18mm 20mm;@bottom-right{content:counter(page) " / " counter(pages);font:9pt "Noto Sans",sans-serif;color:#444}}
*{box-sizing:border-box}
html{font:11pt/1.5 "Noto Sans","Segoe UI",system-ui,Roboto,Arial,sans-serif;color:#111;background:#e8eaee}
body{max-width:210mm;margin:0 auto;padding:14mm 18mm;background:#fff;overflow-wrap:anywhere}
h1{font-size:17pt;line-height:1.25;margin:0 0 3mm}
h2{font-size:13.5pt;line-height:1.3;margin:9mm 0 2mm;padding-bottom:1mm;border-bottom:1.5pt solid #111;break-after:avoid}
h3{font-size:11.5pt;margin:0 0 1.5mm;break-after:avoid}
p{margin:0 0 3mm}
.soft{color:#444}.small{font-size:9.5pt}
.letter{min-height:240mm;display:flex;flex-direction:column;break-after:page}
.letter .parties{display:flex;justify-content:space-between;gap:10mm;margin-bottom:8mm}
.letter .parties div{max-width:80mm}.letter .parties p{margin:0}
.letter .about{font-weight:700;margin:6mm 0}
.letter .closing{margin-top:12mm}
.label{font-size:9.5pt;color:#444;margin:0}
dl{display:grid;grid-template-columns:48mm 1fr;gap:.8mm 4mm;margin:0}
dt{color:#444}dd{margin:0}
table{border-collapse:collapse;width:100%;font-size:10pt;overflow-wrap:normal}
th,td{text-align:left;vertical-align:top;padding:1.2mm 2mm 1.2mm 0;border-bottom:.5pt solid #999}
thead{display:table-header-group}tr{break-inside:avoid}
.num{text-align:right;font-variant-numeric:tabular-nums}
.event{border:.75pt solid #777;border-radius:1.5mm;padding:3mm 4mm;margin:3mm 0;break-inside:avoid}
.event.no{border-left:3pt solid #111}
.text{border:.5pt solid #999;padding:3mm 4mm;margin:0 0 2mm;white-space:pre-wrap;font:9.5pt/1.45 inherit;font-family:inherit}
code{font:9pt/1.4 "Noto Sans Mono",ui-monospace,monospace}
ol,ul{margin:0 0 3mm;padding-left:6mm}
@media (max-width:40rem){body{padding:1rem}.letter .parties{flex-direction:column;gap:4mm}dl{grid-template-columns:1fr}dt{margin-top:1mm}.wide{overflow-x:auto}.wide table{min-width:36rem}}
@media print{html{background:none}body{max-width:none;padding:0}}
`.trim();

const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'`;

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
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<title>${title} – ${issuer.controller.name}</title>
<style>${raw(style)}</style>
</head>
<body>
${writeLetter(voice, pack)}
<main>
<h1>${title}</h1>
<p class="soft">${document.made(moment(issuer.madeAt))}. ${document.controller}: ${issuer.controller.name}, ${issuer.controller.address}. ${document.reference}: <code>${subject}</code>. ${document.times(issuer.controller.timeZone)}</p>
${body}
<section><h2>${document.verify}</h2>
<ol>${document.verifyText.slice(0, -1).map((text) => html`<li>${text}</li>`)}</ol>
<p>${document.verifyText.at(-1)}<br><code>${issuer.keysAddress}</code></p>
<dl><dt>${document.key}</dt><dd><code>${issuer.vkey}</code></dd></dl></section>
</main>
</body>
</html>
`.toString();
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
