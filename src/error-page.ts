import { html } from 'hono/html';
import { type Html, pageReply } from '#platform/html/page.ts';
import type { Problem } from '#platform/http/problem.ts';
import type { Language } from '#src/languages/languages.ts';
import { setUpTexts } from '#src/set-up/page-parts.ts';

const empty: Html = html``;

/** A refusal as a page for people. */
export function errorPage(problem: Problem, language: Language): Response {
  const texts = setUpTexts[language];

  return pageReply({
    language,
    title: problem.title,
    siteName: texts.siteName,
    skipText: texts.skip,
    switcher: empty,
    status: problem.status,
    main: html`<h1>${problem.title}</h1><p>${problem.detail}</p><p class="soft"><small>${problem.requestId}</small></p>`,
    footer: empty,
  });
}
