import { html } from 'hono/html';
import { errorSummary, plainSummary } from '#platform/html/form-parts.ts';
import { formatDay, formatMoment } from '#platform/html/format-date.ts';
import type { Html } from '#platform/html/page.ts';
import { maskAddress, publicPage, type Setting } from '#src/forms/public-page.ts';
import type { LogAnswer } from '#src/ledger/ask-log.ts';
import type { EntryKind } from '#src/ledger/entry.ts';
import type { CheckedFile } from './check-against-log.ts';
import type { ReceiptFacts } from './find-receipt.ts';
import type { ReceiptMention } from './list-receipts.ts';
import { receiptTexts } from './receipt-texts.ts';
import { sayReceipt } from './say-receipt.ts';
import type { ReceiptVerdict } from './verify-receipt.js';

interface ReceiptPage {
  readonly token: string;
  readonly facts: ReceiptFacts;
  readonly email: string | undefined;
  /** Where this one thing is stopped; a receipt may have been forwarded, so it leads to nothing wider. */
  readonly stop: string | undefined;
  /** Whether whoever holds the link alone may have the files. */
  readonly mayDownload: boolean;
}

/** A receipt to read, and to keep: what was agreed or ended, to which words, how it is proven. */
export function receiptPage(setting: Setting, page: ReceiptPage): Response {
  const { language } = setting;
  const { facts, token } = page;
  const words = receiptTexts[language];
  const said = sayReceipt(facts, language);
  const { notice, proof } = facts;
  const isProven = proof !== undefined && proof !== 'damaged';
  const title = `${words.title}: ${said.title}`;
  const file = (name: string, label: string) => html`<li><a href="/receipts/${token}/${name}" download>${label}</a></li>`;
  return publicPage(setting, {
    title,
    switcher: `/receipts/${token}`,
    main: html`<h1>${title}</h1><p class="lead">${said.lead}</p><p>${words.page.lead}</p>
${isProven ? '' : html`<p class="box">${proof === 'damaged' ? words.notInLog : words.notYet}</p>`}
${
  isProven
    ? html`<h2>${words.page.downloads}</h2>${
        page.mayDownload
          ? html`<ul>${file('receipt.html', words.page.html)}${file('receipt.json', words.page.json)}${file('receipt.tlog-proof', words.page.tlog)}</ul>`
          : html`<p>${words.page.withheld}</p>`
      }<p><a href="/verify?lang=${language}">${words.page.verify}</a></p>`
    : ''
}
<h2>${words.terms.act}</h2>
<dl>${page.email ? html`<dt>${words.terms.person}</dt><dd>${maskAddress(page.email)}</dd>` : ''}${said.lines.map(
      ({ term, text }) => html`<dt>${term}</dt><dd>${text}</dd>`,
    )}${isProven ? html`<dt>${words.terms.key}</dt><dd><a href="/ledger/keys?lang=${language}"><code>${proof.vkey}</code></a></dd>` : ''}</dl>
${page.stop ? html`<p><a class="act" href="${page.stop}">${words.withdrawHere}</a></p>` : ''}
${
  notice
    ? html`<h2>${words.page.shown}</h2><section class="box" lang="${notice.language}"><pre>${notice.body}</pre></section>
<p><a href="/notices/${notice.slug}/${notice.version}?lang=${notice.language}">${words.page.seeText}</a></p>`
    : ''
}`,
  });
}

/** The person is gone from here, and so is what was known; whoever kept the receipt keeps the proof. */
export function erasedReceiptPage(setting: Setting, token: string): Response {
  const { page } = receiptTexts[setting.language];
  return publicPage(setting, {
    title: page.erasedTitle,
    status: 410,
    switcher: `/receipts/${token}`,
    main: html`<h1>${page.erasedTitle}</h1><p class="lead">${page.erasedText}</p><p><a href="/verify?lang=${setting.language}">${page.verify}</a></p>`,
  });
}

/** Ways to the receipts of what was just done. */
export function receiptLinks(setting: Setting, receipts: readonly ReceiptMention[]): Html | string {
  const words = receiptTexts[setting.language];
  if (receipts.length === 0) return '';
  return html`<ul>${receipts.map(
    (receipt) =>
      html`<li><a href="${receipt.address}?lang=${setting.language}">${words.page.receiptOf(words.acts[receipt.kind], namesOf(setting, receipt))}</a></li>`,
  )}</ul>`;
}

/** A person's own history in the preference centre, newest first, each line with its receipt. */
export function historySection(setting: Setting, receipts: readonly ReceiptMention[], isWhole: boolean): Html {
  const { language, controller } = setting;
  const words = receiptTexts[language];
  return html`<section><h2 id="history">${words.page.history}</h2>${
    receipts.length === 0
      ? html`<p>${words.page.historyNone}</p>`
      : html`<ul>${receipts.map(
          (receipt) =>
            html`<li>${formatDay(receipt.occurredAt, language, controller.timeZone)}: <a href="${receipt.address}?lang=${language}">${words.acts[receipt.kind]} – ${namesOf(setting, receipt)}</a></li>`,
        )}</ul>${isWhole ? '' : html`<p>${words.page.historyMore}</p>`}`
  }</section>`;
}

function namesOf({ language }: Setting, { purposeName, channel }: ReceiptMention): string {
  const words = receiptTexts[language];
  return `${purposeName?.[language] ?? words.everyPurpose} (${channel ? words.channels[channel] : words.everyChannel})`;
}

interface VerifyPage {
  readonly pasted: string;
  readonly problem?: string;
  readonly status?: number;
}

/** Asks for a receipt to check. */
export function verifyPage(setting: Setting, page: VerifyPage = { pasted: '' }): Response {
  const words = receiptTexts[setting.language].verify;
  const { problem } = page;
  const invalid = problem ? html` aria-invalid="true"` : '';
  const main = html`${problem ? errorSummary(setting.texts.problemTitle, [{ target: 'file', message: problem }]) : ''}<h1>${words.title}</h1><p class="lead">${words.lead}</p>
<form method="post" action="/verify?lang=${setting.language}" enctype="multipart/form-data" novalidate>
<div class="field${problem ? ' wrong' : ''}"><label for="file">${words.file}</label><p class="hint" id="file-hint">${words.fileHint}</p>${
    problem ? html`<p class="error" id="file-error">${problem}</p>` : ''
  }<input id="file" name="file" type="file" accept=".html,.json,.tlog-proof,.txt" aria-describedby="file-hint${problem ? ' file-error' : ''}"${invalid}></div>
<div class="field"><label for="pasted">${words.paste}</label><textarea id="pasted" name="pasted" rows="6" spellcheck="false" autocomplete="off">${page.pasted}</textarea></div>
<button class="act">${words.button}</button></form>`;
  return publicPage(setting, {
    title: words.title,
    switcher: '/verify',
    main,
    ...(problem ? { failed: true, status: page.status ?? 422 } : {}),
  });
}

/** What was found, in words. What does not hold is answered 422. */
export function verifiedPage(
  setting: Setting,
  checked: Exclude<CheckedFile, { outcome: 'unreadable' | 'truncated' | 'proof-alone' }>,
): Response {
  const { language } = setting;
  const words = receiptTexts[language];
  const { verify } = words;
  const again = html`<p><a class="act" href="/verify?lang=${language}">${verify.again}</a></p>`;
  switch (checked.outcome) {
    case 'broken':
      return publicPage(setting, {
        title: verify.badTitle,
        failed: true,
        status: 422,
        switcher: '/verify',
        main: html`${plainSummary(verify.badTitle, words.file.brokenText)}<h1>${verify.badTitle}</h1>
<p class="lead">${checked.inOurName === undefined ? words.broken[checked.broken] : verify.forged(checked.inOurName)}</p>${steps(setting, checked.verdict)}${again}`,
      });
    case 'foreign':
      return publicPage(setting, {
        title: verify.foreignTitle,
        switcher: '/verify',
        main: html`<h1>${verify.foreignTitle}</h1><p class="lead">${verify.foreignText(checked.name)}</p>${proven(setting, checked.verdict)}${steps(setting, checked.verdict)}${again}`,
      });
    case 'own': {
      const isWhole = checked.log.hasLeaf && checked.log.beginsWithIt;
      const title = isWhole ? verify.ownTitle : verify.logBroken;
      return publicPage(setting, {
        title,
        switcher: '/verify',
        main: html`<h1>${title}</h1>${
          checked.verdict === undefined
            ? html`<p class="lead">${verify.proofOnly}</p>`
            : isWhole
              ? html`<p class="lead">${verify.ownText}</p>`
              : ''
        }${checked.usedUntil ? html`<p>${verify.ownOldKey(formatMoment(checked.usedUntil, language, setting.controller.timeZone))}</p>` : ''}
${ofTheLog(setting, checked.log)}${proven(setting, checked.verdict)}${steps(setting, checked.verdict)}${again}`,
      });
    }
  }
}

function ofTheLog({ language }: Setting, log: LogAnswer): Html {
  const { verify } = receiptTexts[language];
  return html`<ul><li>${log.hasLeaf ? verify.leafHere : verify.leafGone}</li><li>${log.beginsWithIt ? verify.consistent : verify.notConsistent}</li>${
    log.erased ? html`<li>${verify.erased}</li>` : ''
  }</ul>`;
}

/** What the entry itself says, and no word of the readable half: only this is what the log proves. */
function proven(setting: Setting, verdict: ReceiptVerdict | undefined): Html | string {
  const { language, controller } = setting;
  const words = receiptTexts[language];
  if (!verdict?.entry || !verdict.checkpoint || verdict.position === undefined) return '';
  const { kind, occurredAt, id, notice } = verdict.entry;
  const at = typeof occurredAt === 'string' ? new Date(occurredAt) : undefined;
  const line = (term: string, text: unknown) => (typeof text === 'string' ? html`<dt>${term}</dt><dd>${text}</dd>` : '');
  return html`<h2>${words.verify.opens}</h2><dl>${line(words.terms.act, isKind(words.acts, kind) ? words.acts[kind] : kind)}${line(
    words.terms.when,
    at && !Number.isNaN(at.getTime()) ? formatMoment(at, language, controller.timeZone) : occurredAt,
  )}${line(words.terms.number, id)}${line(words.terms.textHash, notice)}${line(
    words.terms.log,
    `${words.inLog(verdict.position + 1, verdict.checkpoint.size)}, ${verdict.checkpoint.origin}`,
  )}${verdict.keys.map((key) => line(words.terms.key, key))}</dl>`;
}

function isKind(acts: Readonly<Record<EntryKind, string>>, kind: unknown): kind is EntryKind {
  return typeof kind === 'string' && Object.hasOwn(acts, kind);
}

function steps({ language }: Setting, verdict: ReceiptVerdict | undefined): Html | string {
  const words = receiptTexts[language];
  if (!verdict) return '';
  return html`<h2>${words.verify.parts}</h2><ul>${verdict.parts.map(
    ({ part, state }) => html`<li>${words.parts[part]}: ${words.states[state]}</li>`,
  )}</ul>`;
}
