import { AppError } from '../app-error.ts';

/**
 * Lets a request that changes something pass only when our own page made it. The browser's word (Sec-Fetch-Site) counts
 * first; older ones name the origin, which must be the public one or the host that was asked. No word at all is a no:
 * every browser that keeps cookies sends one of the two with a POST.
 *
 * @throws AppError 403 `wrong-origin`
 */
export function requireSameOrigin(request: Request, publicUrl: string): void {
  const site = request.headers.get('sec-fetch-site');
  const origin = request.headers.get('origin');
  const ours = origin !== null && (origin === new URL(publicUrl).origin || hostOf(origin) === request.headers.get('host'));
  // A page with Referrer-Policy no-referrer posts with the origin "null"; its browser still says same-origin.
  if (site === null ? ours : site === 'same-origin' && (ours || origin === null || origin === 'null')) return;
  throw new AppError('wrong-origin', { status: 403 });
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
