import { html } from 'hono/html';
import { errorSummary, textField } from '#platform/html/form-parts.ts';
import { publicPage, type Setting } from '#src/forms/public-page.ts';

/** A link that leads nowhere: cut off, changed, or of something that was deleted. Offers a new one without saying who is known. */
export function stalePage(setting: Setting, again: { typed: string; problem?: string } = { typed: '' }): Response {
  const words = setting.texts.stale;
  return publicPage(setting, {
    title: words.title,
    status: again.problem ? 422 : 404,
    failed: again.problem !== undefined,
    switcher: '/p',
    main: html`${again.problem ? errorSummary(setting.texts.problemTitle, [{ target: 'email', message: again.problem }]) : ''}<h1>${words.title}</h1><p>${words.text}</p>
<h2>${words.ask}</h2>
<form method="post" action="/p?lang=${setting.language}" novalidate>
${textField({ id: 'email', name: 'email', label: words.email, hint: words.askText, value: again.typed, type: 'email', autocomplete: 'email', error: again.problem })}
<button class="act">${words.ask}</button></form>`,
  });
}

/** The same for every address. */
export function linkSentPage(setting: Setting): Response {
  const words = setting.texts.stale;
  return publicPage(setting, {
    title: words.sentTitle,
    switcher: '/p-sent',
    main: html`<h1>${words.sentTitle}</h1><p class="lead">${words.sentText}</p>`,
  });
}
