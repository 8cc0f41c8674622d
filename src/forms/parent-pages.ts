import { html } from 'hono/html';
import { errorSummary, textField, tickBox } from '#platform/html/form-parts.ts';
import { formatDay } from '#platform/html/format-date.ts';
import { boxList, noticeLines } from './confirm-pages.ts';
import type { Submission } from './find-submission.ts';
import { maskAddress, publicPage, type Setting } from './public-page.ts';

export interface ParentPage {
  readonly token: string;
  readonly submission: Submission;
  /** Address of the child. */
  readonly email: string;
  readonly noticeAddress: string;
  readonly typedName?: string;
  readonly isResponsible?: boolean;
  readonly problems?: readonly ('name-missing' | 'name-invalid' | 'responsible-missing')[];
}

/** Asks whoever holds parental responsibility, in the words the child was shown. Both answers look the same. */
export function askParentPage(setting: Setting, page: ParentPage): Response {
  const { texts, controller, language } = setting;
  const words = texts.forChild;
  const { submission, problems = [] } = page;
  const messages = {
    'name-missing': words.nameMissing,
    'name-invalid': words.nameInvalid,
    'responsible-missing': words.responsibleMissing,
  };
  const nameProblem = problems.find((problem) => problem !== 'responsible-missing');
  const isWrong = problems.includes('responsible-missing');
  const day = (at: Date) => formatDay(at, language, controller.timeZone);
  return publicPage(setting, {
    title: words.title,
    failed: problems.length > 0,
    ...(problems.length > 0 ? { status: 422 } : {}),
    switcher: `/parent/${page.token}`,
    main: html`${
      problems.length > 0
        ? errorSummary(
            texts.problemTitle,
            problems.map((problem) => ({
              target: problem === 'responsible-missing' ? 'responsible' : 'name',
              message: messages[problem],
            })),
          )
        : ''
    }<h1>${words.title}</h1>
<p>${words.intro(maskAddress(page.email), day(submission.createdAt), submission.version.shown[language].age?.years ?? 0)}</p>
${boxList(setting, submission)}
<section class="box notice">${noticeLines(setting, submission)}<p><a href="${page.noticeAddress}">${texts.confirm.seeText}</a></p></section>
<h2>${words.ask}</h2>
<form method="post" action="/parent/${page.token}?lang=${language}" novalidate>
${textField({
  id: 'name',
  name: 'parent_name',
  label: words.name,
  hint: words.nameReason,
  value: page.typedName ?? '',
  type: 'text',
  autocomplete: 'name',
  error: nameProblem && messages[nameProblem],
})}
<div${isWrong ? html` class="wrong"` : ''}>${isWrong ? html`<p class="error">${words.responsibleMissing}</p>` : ''}${tickBox({
      id: 'responsible',
      name: 'responsible',
      value: 'yes',
      label: words.responsible,
      hint: words.responsibleHint,
      ticked: page.isResponsible ?? false,
    })}</div>
<div class="choices">
<button class="act" name="answer" value="agree">${words.agree}</button>
<button class="act" name="answer" value="decline">${words.decline}</button>
</div></form>
<p class="soft">${words.until(day(submission.expiresAt))}</p>`,
  });
}

/** After the parent's yes, now or at an earlier visit. */
export function parentAgreedPage(setting: Setting, page: ParentPage & { agreedAt: Date; fresh: boolean }): Response {
  const words = setting.texts.forChild;
  const title = page.fresh
    ? words.agreedTitle
    : words.settledTitle(formatDay(page.agreedAt, setting.language, setting.controller.timeZone));
  return publicPage(setting, {
    title,
    switcher: `/parent/${page.token}`,
    main: html`<h1>${title}</h1><p class="lead">${words.agreedText(maskAddress(page.email))}</p>
${boxList(setting, page.submission)}<p>${setting.texts.withdrawNote}</p><p><a href="${page.noticeAddress}">${setting.texts.confirm.seeText}</a></p>`,
  });
}

export function parentDeclinedPage(setting: Setting, token: string): Response {
  const words = setting.texts.forChild;
  return publicPage(setting, {
    title: words.declinedTitle,
    switcher: `/parent/${token}`,
    main: html`<h1>${words.declinedTitle}</h1><p class="lead">${words.declinedText}</p>`,
  });
}
