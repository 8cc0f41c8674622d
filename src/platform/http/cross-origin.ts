/**
 * The exact Origin of another site that sent a request; undefined when our own page did, or a program that is no browser.
 * The browser's word counts first (Sec-Fetch-Site): our own pages hide their origin as `null`, and so does a sandboxed
 * stranger. What comes back is only ever compared whole with a list: `null` and two origins in one header match nothing.
 */
export function foreignOrigin(headers: Headers, publicUrl: string): string | undefined {
  const site = headers.get('sec-fetch-site');
  const origin = headers.get('origin');
  if (site === 'same-origin' || origin === null) return undefined;
  if (site !== null) return origin;
  const ours = origin === new URL(publicUrl).origin || (URL.canParse(origin) && new URL(origin).host === headers.get('host'));
  return ours ? undefined : origin;
}

/**
 * Whether a script made the request; a person who presses a button navigates. Browsers that do not say so (old ones, and all
 * of them when ours is not a secure address) are judged by what they ask for. Programs that are no browser name a mode
 * without a site, and mean nothing by it.
 */
export function isByScript(headers: Headers): boolean {
  if (headers.has('sec-fetch-site')) return headers.get('sec-fetch-mode') !== 'navigate';
  return (headers.get('content-type') ?? '').startsWith('application/json') || !acceptsPages(headers.get('accept'));
}

function acceptsPages(accept: string | null): boolean {
  return accept === null || accept.includes('text/html') || accept.includes('*/*');
}

/** What lets the scripts of one site read an answer. Never `*`, never with cookies. */
export function sharingHeaders(origin: string): Record<string, string> {
  return { 'access-control-allow-origin': origin };
}

/** The same for the question browsers ask beforehand (Fetch, "CORS-preflight request"). */
export function preflightHeaders(origin: string, methods: readonly string[]): Record<string, string> {
  return {
    ...sharingHeaders(origin),
    'access-control-allow-methods': methods.join(', '),
    'access-control-allow-headers': 'content-type',
    'access-control-max-age': '600',
  };
}
