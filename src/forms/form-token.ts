import { timingSafeEqual } from 'node:crypto';
import type { Keys } from '#platform/crypto/keys.ts';
import { isLanguage, type Language } from '#src/languages/languages.ts';

/** What a form carries about itself: which version was shown, in which language, when. */
export interface FormToken {
  readonly versionId: string;
  readonly language: Language;
  readonly shownAt: Date;
}

/** A page left open for longer is shown again before it is accepted. */
export const OLDEST_FORM = 24 * 3600 * 1000;
/** Nobody reads and answers in less. */
export const QUICKEST_PERSON = 2000;

const TAG = 16;

/** Signs what is being shown, so that nobody can claim to have seen another version. */
export function createFormToken(keys: Keys, token: FormToken): string {
  const payload = Buffer.alloc(24);
  Buffer.from(token.versionId.replaceAll('-', ''), 'hex').copy(payload);
  payload.write(token.language, 16, 'ascii');
  payload.writeUIntBE(token.shownAt.getTime(), 18, 6);
  return Buffer.concat([payload, tagOf(keys, payload)]).toString('base64url');
}

/** What the token says, or `forged` when it was not made here. */
export function readFormToken(keys: Keys, text: string): FormToken | 'forged' {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length !== 24 + TAG || bytes.toString('base64url') !== text) return 'forged';
  const payload = bytes.subarray(0, 24);
  if (!timingSafeEqual(bytes.subarray(24), tagOf(keys, payload))) return 'forged';
  const hex = payload.toString('hex', 0, 16);
  const language = payload.toString('ascii', 16, 18);
  if (!isLanguage(language)) return 'forged';
  return {
    versionId: `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`,
    language,
    shownAt: new Date(payload.readUIntBE(18, 6)),
  };
}

function tagOf(keys: Keys, payload: Buffer): Buffer {
  return keys.sign('form token', payload).subarray(0, TAG);
}
