import { html } from 'hono/html';
import { stylesheet } from './stylesheet.ts';

/** A piece of HTML whose texts are already escaped. */
export type Html = ReturnType<typeof html>;

export interface PageParts {
  /** BCP 47 tag of the page. */
  readonly language: string;
  readonly title: string;
  /** Who speaks; shown above the page and after the title. */
  readonly siteName: string;
  readonly skipText: string;
  /** Prefix of the title when what was sent was not accepted, such as „Грешка: “. */
  readonly titlePrefix?: string;
  readonly switcher: Html;
  readonly main: Html;
  readonly footer: Html;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * A whole page that works without JavaScript, cookies or any third party, and is read the same by eyes, screen readers and
 * keyboards. Its address is kept out of caches, search engines and the Referer header: most carry a token.
 */
export function pageReply(parts: PageParts): Response {
  const page = html`<!doctype html>
<html lang="${parts.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<title>${parts.titlePrefix ?? ''}${parts.title} – ${parts.siteName}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${stylesheet.path}">
</head>
<body>
<a class="skip" href="#main">${parts.skipText}</a>
<header class="bar"><p class="who">${parts.siteName}</p>${parts.switcher}</header>
<main id="main" tabindex="-1">
${parts.main}
</main>
<footer class="foot">${parts.footer}</footer>
</body>
</html>
`;
  return new Response(page.toString(), {
    status: parts.status ?? 200,
    headers: { ...pageHeaders, 'content-language': parts.language, ...parts.headers },
  });
}

/** Sent with every public page. */
export const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex',
  'x-content-type-options': 'nosniff',
  'content-security-policy':
    "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
} as const;
