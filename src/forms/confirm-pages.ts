import { html } from 'hono/html';
import { plainSummary } from '#platform/html/form-parts.ts';
import { formatDay, formatMoment } from '#platform/html/format-date.ts';
import type { Html } from '#platform/html/page.ts';
import type { Texts } from '#src/languages/languages.ts';
import type { ReceiptMention } from '#src/receipts/list-receipts.ts';
import { receiptLinks } from '#src/receipts/pages.ts';
import type { Submission } from './find-submission.ts';
import { tickedBoxes } from './find-submission.ts';
import { DAYS_TO_CONFIRM } from './form.ts';
import { maskAddress, publicPage, type Setting } from './public-page.ts';
import { COMPANY } from './show-form.ts';

interface ConfirmPage {
  readonly token: string;
  readonly submission: Submission;
  readonly email: string;
  readonly noticeAddress: string;
  /** A button was pressed that is neither of the two. */
  readonly unclear?: boolean;
}

/** Asks, in the words that were shown, whether it was them. The two answers look the same. */
export function askPage(setting: Setting, page: ConfirmPage): Response {
  const { texts, controller, language } = setting;
  const words = texts.confirm;
  const { submission } = page;
  return publicPage(setting, {
    title: words.title,
    failed: page.unclear ?? false,
    ...(page.unclear ? { status: 422 } : {}),
    switcher: `/confirm/${page.token}`,
    main: html`${page.unclear ? plainSummary(texts.problemTitle, words.failedTitle) : ''}<h1>${words.title}</h1>
<p>${words.intro(maskAddress(page.email), formatDay(submission.createdAt, language, controller.timeZone))}</p>
${boxList(setting, submission)}
<h2>${words.choose}</h2>
<form method="post" action="/confirm/${page.token}?lang=${language}"><div class="choices">
<button class="act" name="answer" value="confirm">${words.confirm}</button>
<button class="act" name="answer" value="not-me">${words.notMe}</button>
</div></form>
<p class="soft">${words.until(formatDay(submission.expiresAt, language, controller.timeZone))}</p>
<section class="box notice">${noticeLines(setting, submission)}<p><a href="${page.noticeAddress}">${words.seeText}</a></p></section>`,
  });
}

/** After the yes: what was agreed to, what happens next, how to change it. Opened again later it says since when. */
export function confirmedPage(
  setting: Setting,
  page: ConfirmPage & { preferencesAddress: string; receipts: readonly ReceiptMention[]; fresh: boolean },
): Response {
  const { texts, controller, language } = setting;
  const words = texts.confirm;
  const { submission } = page;
  const { done } = submission.version.definition;
  const say = (text: Texts): string => text[language].replaceAll(COMPANY, controller.name);
  const title = page.fresh
    ? say(done.title)
    : words.alreadyTitle(formatMoment(submission.settledAt ?? submission.createdAt, language, controller.timeZone));
  return publicPage(setting, {
    title,
    switcher: `/confirm/${page.token}`,
    main: html`<h1>${title}</h1>
${page.fresh ? html`<p class="lead">${say(done.text)}</p>` : ''}
<p>${words.doneText}</p>${boxList(setting, submission)}
<p><a href="${page.noticeAddress}">${words.seeText}</a></p>${receiptLinks(setting, page.receipts)}
<h2>${words.nextTitle}</h2><p>${words.nextText}</p><p>${texts.withdrawNote}</p>
<p><a class="act" href="${page.preferencesAddress}">${words.preferences}</a></p>`,
  });
}

/** After the "not me", now or at an earlier visit. Whoever agreed to something before keeps it, and is shown the way to it. */
export function rejectedPage(setting: Setting, token: string, preferencesAddress?: string): Response {
  const words = setting.texts.confirm;
  return publicPage(setting, {
    title: words.rejectedTitle,
    switcher: `/confirm/${token}`,
    main: html`<h1>${words.rejectedTitle}</h1><p class="lead">${preferencesAddress ? words.rejectedKeptText : words.rejectedText}</p>${
      preferencesAddress ? html`<p><a class="act" href="${preferencesAddress}">${words.preferences}</a></p>` : ''
    }`,
  });
}

/** Nothing waits behind this link: deleted by its owner or by time. Not an error of whoever opens it. */
export function nothingToConfirmPage(setting: Setting, token: string, formAddress?: string): Response {
  const words = setting.texts.confirm;
  return publicPage(setting, {
    title: words.goneTitle,
    status: 410,
    switcher: `/confirm/${encodeURIComponent(token)}`,
    main: html`<h1>${words.goneTitle}</h1><p>${words.goneText(DAYS_TO_CONFIRM)}</p>${
      formAddress ? html`<p><a class="act" href="${formAddress}">${words.toForm}</a></p>` : ''
    }`,
  });
}

function boxList(setting: Setting, submission: Submission): Html {
  return html`${tickedBoxes(submission, setting.language).map((box) => html`<blockquote><p>${box.label}</p></blockquote>`)}`;
}

function noticeLines(setting: Setting, submission: Submission): Html {
  const shown = submission.version.shown[setting.language];
  return html`<h2>${shown.noticeHeading}</h2>${shown.notice.map((line) => html`<p>${line}</p>`)}`;
}
