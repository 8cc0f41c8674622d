import { AppError } from '../app-error.ts';

const plainSegment = /^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})+$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const hidden = /[\u0000-\u001f\u007f/\\]/;

/**
 * Refuses paths that two readers could take for different things: `//admin`, `/a/../b`, `%2F`, backslashes, control
 * characters, broken escapes. A proxy, a router and a policy that spell one address differently have let people past
 * more than one sign-in (CVE-2026-39406, CVE-2026-29045 in this program's own router).
 *
 * @throws AppError 400 `odd-path`
 */
export function refuseOddPath(target: string): void {
  const path = target.split(/[?#]/, 1)[0] ?? '';
  if (path === '/') return;
  const segments = path.split('/').slice(1);
  if (segments.at(-1) === '') segments.pop();
  if (!path.startsWith('/') || segments.length === 0 || !segments.every(isPlain)) throw new AppError('odd-path', { status: 400 });
}

function isPlain(segment: string): boolean {
  if (!plainSegment.test(segment)) return false;
  const text = decoded(segment);

  return text !== undefined && text !== '.' && text !== '..' && !hidden.test(text);
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined; // not UTF-8: nothing of ours is called so
  }
}
