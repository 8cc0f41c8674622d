/** A page of HTML. Headers given here win over the usual ones. */
export function htmlReply(
  html: { toString(): string },
  options: { status?: number; headers?: Record<string, string> } = {},
): Response {
  return new Response(html.toString(), {
    status: options.status ?? 200,
    headers: { 'content-type': 'text/html; charset=utf-8', ...options.headers },
  });
}

/**
 * Sends the browser on with a GET. A Location without a fragment would inherit the one of the request, so unless the
 * location names its own the reader lands on the main content.
 */
export function seeOther(location: string): Response {
  return new Response(null, { status: 303, headers: { location: location.includes('#') ? location : `${location}#main` } });
}
