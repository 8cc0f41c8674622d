import { randomBytes } from 'node:crypto';
import { html } from 'hono/html';
import type { Html } from '#platform/html/page.ts';
import { pageHeaders } from '#platform/html/page.ts';
import { stylesheet } from '#platform/html/stylesheet.ts';
import { htmlReply } from '#platform/http/reply.ts';
import type { PublicPage, Setting } from './public-page.ts';

/** The frame of another site a page stands in. */
export interface Frame {
  /** Sites that may show it; of any other the browser refuses the frame. */
  readonly sites: readonly string[];
  /** Where the script is that tells the site how tall the page is. */
  readonly script: string;
}

/**
 * The same page inside another site: its words, its fields and its switch of languages, without the header and the links
 * of a whole page. What leads away opens a window of its own. The script only says how tall the page is; without it the
 * frame scrolls.
 */
export function framedPage(setting: Setting, frame: Frame, page: PublicPage & { readonly switcher: Html }): Response {
  const { language, texts, controller } = setting;
  const nonce = randomBytes(16).toString('base64url');
  const body = html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<title>${page.failed ? texts.errorPrefix : ''}${page.title} – ${controller.name}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${stylesheet.path}">
<script src="${frame.script}" data-sites="${frame.sites.join(' ')}" nonce="${nonce}" defer></script>
</head>
<body>
<div class="bar">${page.switcher}</div>
<main id="main" tabindex="-1">
${page.main}
</main>
<div class="foot"><p>${texts.footer.controller(controller.name, controller.address)} <a href="/notices?lang=${language}" target="_blank" rel="noopener">${texts.footer.notice} ${texts.newWindow}</a></p></div>
</body>
</html>
`;
  return htmlReply(body, {
    status: page.status ?? 200,
    headers: {
      ...pageHeaders,
      'content-language': language,
      ...page.headers,
      'content-security-policy': framedCsp(frame, nonce),
    },
  });
}

function framedCsp({ sites }: Frame, nonce: string): string {
  return [
    "default-src 'none'",
    "style-src 'self'",
    `script-src 'nonce-${nonce}'`,
    'img-src data:',
    "form-action 'self'",
    "base-uri 'none'",
    `frame-ancestors ${sites.length > 0 ? sites.join(' ') : "'none'"}`,
  ].join('; ');
}
