import { html } from 'hono/html';
import { plainSummary } from '#platform/html/form-parts.ts';
import { formatDay } from '#platform/html/format-date.ts';
import type { Html } from '#platform/html/page.ts';
import { maskAddress, publicPage, type Setting } from '#src/forms/public-page.ts';
import type { Purpose } from '#src/purposes/purpose.ts';
import type { Approach } from './approach.ts';
import type { QuestionText } from './question-text.ts';

interface AnswerPage {
  readonly token: string;
  readonly approach: Approach;
  readonly purpose: Purpose;
  readonly preferences: string;
}

/** The question, the text it is about, and two answers that look the same. Nothing is chosen beforehand. */
export function questionPage(
  setting: Setting,
  page: AnswerPage & {
    readonly email: string;
    readonly text: QuestionText;
    /** The text they saw when they agreed before. */
    readonly oldText: string | undefined;
    readonly since: Date | undefined;
    readonly problem?: 'unclear' | 'text-changed' | undefined;
  },
): Response {
  const { texts, language, controller } = setting;
  const words = texts.approach;
  const { approach, purpose } = page;
  const day = (at: Date) => formatDay(at, language, controller.timeZone);
  const name = purpose.name[language];
  const cause = approach.cause === 'told' ? 'changed' : approach.cause;
  const title = words.title[cause](name);
  const problem = page.problem === 'text-changed' ? words.textChanged : texts.confirm.failedTitle;
  return publicPage(setting, {
    title,
    failed: page.problem !== undefined,
    ...(page.problem ? { status: 422 } : {}),
    switcher: `/answer/${page.token}`,
    main: html`${page.problem ? plainSummary(texts.problemTitle, problem) : ''}<h1>${title}</h1>
<p>${words.intro[cause](maskAddress(page.email), day(page.since ?? approach.approachedAt))}</p>
<blockquote><p>${page.text.statement}</p></blockquote>
<section class="box notice"><h2>${texts.privacyNotice.heading}</h2>${page.text.lines.map((line) => html`<p>${line}</p>`)}${
      page.oldText ? html`<p><a href="${page.oldText}">${words.seeOld}</a></p>` : ''
    }</section>
<h2>${words.choose}</h2>
<form method="post" action="/answer/${page.token}?lang=${language}"><input type="hidden" name="shown" value="${page.text.hash}"><div class="choices">
<button class="act" name="answer" value="yes">${words.yes}</button>
<button class="act" name="answer" value="no">${words.no}</button>
</div></form>
<p class="soft">${approach.answerUntil ? words.until[cause](day(approach.answerUntil)) : ''}</p>`,
  });
}

/** After an answer, now or at an earlier visit. */
export function answeredPage(setting: Setting, page: AnswerPage & { readonly inFlight?: Date | undefined }): Response {
  const { texts, language } = setting;
  const words = texts.approach;
  const name = page.purpose.name[language];
  const yes = page.approach.answer === 'yes';
  const title = yes ? words.givenTitle : words.declinedTitle;
  return publicPage(setting, {
    title,
    switcher: `/answer/${page.token}`,
    main: html`<h1>${title}</h1><p class="lead">${yes ? words.givenText(name) : words.declinedText(name)}</p>${
      page.inFlight
        ? html`<p>${texts.unsubscribe.inFlight(formatDay(page.inFlight, language, setting.controller.timeZone))}</p>`
        : ''
    }<p>${texts.withdrawNote}</p>${toPreferences(setting, page)}`,
  });
}

/** There is nothing left to answer here: it ended, was answered elsewhere, or the address is another by now. */
export function closedPage(setting: Setting, page: Pick<AnswerPage, 'token'> & Partial<AnswerPage>): Response {
  const words = setting.texts.approach;
  return publicPage(setting, {
    title: words.closedTitle,
    status: 410,
    switcher: `/answer/${page.token}`,
    main: html`<h1>${words.closedTitle}</h1><p>${words.closedText}</p>${page.preferences ? toPreferences(setting, page as AnswerPage) : ''}`,
  });
}

function toPreferences(setting: Setting, page: Pick<AnswerPage, 'preferences'>): Html {
  return html`<p><a class="act" href="${page.preferences}">${setting.texts.confirm.preferences}</a></p>`;
}
