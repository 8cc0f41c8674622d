import { timingSafeEqual } from 'node:crypto';
import type { Keys } from './keys.ts';

/**
 * What a mailed link carries: `version ‖ key id ‖ expiry ‖ ids ‖ tag`, base64url. The tag is 20 bytes of HMAC-SHA-256 over
 * the kind and all before it, so a token for one kind of page is worth nothing on another, and nothing has to be stored.
 */
export interface LinkToken {
  /** Kind of page, such as `unsubscribe`. */
  readonly kind: string;
  /** Uuids, at most eight. */
  readonly ids: readonly string[];
  /** Absent: never expires. Seconds are kept. */
  readonly expiresAt?: Date;
}

const VERSION = 1;
const KEY_ID = 1;
const HEADER = 7;
const TAG = 20;
const NEVER = 0;

export function createLinkToken(keys: Keys, token: LinkToken): string {
  if (token.ids.length > 8) throw new RangeError('a link token carries at most eight ids');
  const expiry = token.expiresAt ? Math.floor(token.expiresAt.getTime() / 1000) : NEVER;
  // An invalid date, or one in 1970, would otherwise be spelled as a token that lives for ever.
  if (token.expiresAt && !(expiry > NEVER)) throw new RangeError('a link token expires after 1970, or never');
  const header = Buffer.alloc(HEADER);
  header.writeUInt8(VERSION, 0);
  header.writeUInt8(KEY_ID, 1);
  header.writeUIntBE(expiry, 2, 5);
  const payload = Buffer.concat([header, ...token.ids.map(uuidBytes)]);
  return Buffer.concat([payload, tagOf(keys, token.kind, payload)]).toString('base64url');
}

/** The ids, or why there are none. A token of another kind, of other keys or with any bit changed is `invalid`. */
export function readLinkToken(keys: Keys, kind: string, text: string, now: Date): { ids: string[] } | 'invalid' | 'expired' {
  if (!/^[A-Za-z0-9_-]{36,220}$/.test(text)) return 'invalid';
  const bytes = Buffer.from(text, 'base64url');
  // Base64 has spare bits: only the spelling we mint is accepted, so that one token is one string.
  if (bytes.toString('base64url') !== text) return 'invalid';
  const idBytes = bytes.length - HEADER - TAG;
  if (idBytes < 0 || idBytes % 16 !== 0) return 'invalid';

  const payload = bytes.subarray(0, bytes.length - TAG);
  const genuine = timingSafeEqual(tagOf(keys, kind, payload), bytes.subarray(bytes.length - TAG));
  if (!genuine || payload.readUInt8(0) !== VERSION || payload.readUInt8(1) !== KEY_ID) return 'invalid';

  const expiry = payload.readUIntBE(2, 5);
  if (expiry !== NEVER && expiry * 1000 <= now.getTime()) return 'expired';
  const ids: string[] = [];
  for (let at = HEADER; at < payload.length; at += 16) ids.push(uuidText(payload.subarray(at, at + 16)));
  return { ids };
}

function tagOf(keys: Keys, kind: string, payload: Buffer): Buffer {
  return keys.sign(`link ${kind}`, payload).subarray(0, TAG);
}

function uuidBytes(uuid: string): Buffer {
  const bytes = Buffer.from(uuid.replaceAll('-', ''), 'hex');
  if (bytes.length !== 16) throw new TypeError('a link token carries uuids');
  return bytes;
}

function uuidText(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
