import { html, raw } from 'hono/html';
import type { Html } from '#platform/html/page.ts';
import { tongues } from '#src/forms/public-page.ts';
import { languages } from '#src/languages/languages.ts';
import type { ReceiptDocument } from './compose-receipt.ts';
import type { ReceiptFacts } from './find-receipt.ts';
import { offlineScript, sourceHash } from './offline-script.ts';
import { receiptTexts } from './receipt-texts.ts';
import { type SaidReceipt, sayReceipt } from './say-receipt.ts';

const style = `
:root{color-scheme:light dark;--text:#1b2330;--ground:#fff;--line:#8a94a6;--link:#0b4ea2;--good:#135200;--bad:#a8071a}
@media (prefers-color-scheme:dark){:root{--text:#e8ebf0;--ground:#12161d;--line:#7d8899;--link:#8ebcff;--good:#a3e08a;--bad:#ff9c9c}}
*{box-sizing:border-box}
html{background:var(--ground);font:100%/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",Arial,sans-serif}
body{max-width:44rem;margin:0 auto;padding:1rem;overflow-wrap:anywhere;background:var(--ground);color:var(--text)}
a{color:var(--link)}
a:focus-visible{outline:3px solid var(--link);outline-offset:3px}
nav a{display:inline-flex;align-items:center;min-height:44px;padding:0 .5rem}
nav [aria-current]{font-weight:700;text-decoration:none}
h1{font-size:1.6rem;line-height:1.25;margin:.5rem 0}
h2{font-size:1.25rem;line-height:1.3;margin:1.25rem 0 .35rem}
#verdict{border:2px solid var(--line);border-radius:.5rem;padding:.25rem 1rem;margin:1rem 0}
#verdict h2{margin-top:.75rem}
[data-verdict=holds] #verdict{border-color:var(--good)}[data-verdict=holds] #verdict h2{color:var(--good)}
[data-verdict=broken] #verdict{border-color:var(--bad)}[data-verdict=broken] #verdict h2{color:var(--bad)}
dt{font-weight:700}dd{margin:0 0 .6rem}
pre{white-space:pre-wrap;font:inherit;border:1px solid var(--line);border-radius:.5rem;padding:1rem}
[hidden]{display:none}
@media print{html,body{max-width:none;padding:0;background:#fff;color:#000}nav{display:none}a{color:inherit}}
@media (forced-colors:active){#verdict,pre{border-color:CanvasText}}
`.trim();

const policy = [
  "default-src 'none'",
  `style-src ${sourceHash(style)}`,
  `script-src ${sourceHash(offlineScript)}`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

const titles = languages.map((language) => receiptTexts[language].file.title).join(' · ');

/** What can be read of a receipt, in every language, and the text that was shown: the part that its `pageSha256` covers. */
export function writeReadable(facts: ReceiptFacts): string {
  const { notice } = facts;
  return html`<h1>${titles}</h1><p>${facts.controller.name}</p>
${languages.map(
  (language) =>
    html`<article lang="${language}" id="${language}" data-in="${language}">${said(sayReceipt(facts, language))}<h2>${
      receiptTexts[language].file.textHeading
    }</h2>${notice ? '' : html`<p>${receiptTexts[language].file.textNone}</p>`}</article>
`,
)}${notice ? html`<pre lang="${notice.language}">${notice.body}</pre>` : ''}`.toString();
}

function said({ title, lead, lines }: SaidReceipt): Html {
  return html`<h2>${title}</h2><p>${lead}</p><dl>${lines.map(({ term, text }) => html`<dt>${term}</dt><dd>${text}</dd>`)}</dl>`;
}

/**
 * The receipt as one file: readable without scripts, checking itself with them, in every language, asking no network for
 * anything. Its policy lets only this very script run.
 */
export function writeReceiptFile(facts: ReceiptFacts, document: ReceiptDocument, readable: string): string {
  const { controller, publicUrl } = facts;
  const inEach = (piece: (language: (typeof languages)[number]) => Html) =>
    languages.map((language) => html`<div lang="${language}" data-in="${language}">${piece(language)}</div>`);
  const words = Object.fromEntries(
    languages.map((language) => {
      const { file, parts, broken, states } = receiptTexts[language];
      return [language, { file, parts, broken, states }];
    }),
  );
  return html`<!doctype html>
<html lang="${controller.defaultLanguage}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<title>${titles}</title>
<style>${raw(style)}</style>
</head>
<body>
<header><nav aria-label="Език / Language">${tongues.map(
    ({ code, name }) => html`<a href="#${code}" lang="${code}" hreflang="${code}">${name}</a>`,
  )}</nav></header>
<section id="verdict" role="status">${inEach((language) => html`<p>${receiptTexts[language].file.noScript}</p>`)}</section>
<main id="said" tabindex="-1">
${raw(readable)}
</main>
<footer>${inEach((language) => {
    const { file } = receiptTexts[language];
    return html`<ul><li><a href="${publicUrl}/verify?lang=${language}">${file.verifyAt}</a></li><li><a href="${publicUrl}/ledger/keys?lang=${language}">${file.keys}</a></li></ul>`;
  })}</footer>
<script type="application/json" id="receipt">${raw(inScript(document))}</script>
<script type="application/json" id="words">${raw(inScript(words))}</script>
<script type="module">${raw(offlineScript)}</script>
</body>
</html>
`.toString();
}

/** JSON that cannot end the element it stands in. */
function inScript(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}
