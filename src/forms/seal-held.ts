import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Keys } from '#platform/crypto/keys.ts';
import type { FieldKey } from './form.ts';

/** What a release needs of a submission that was put aside, and nothing else. */
export interface HeldContent {
  readonly email: string;
  readonly answers: Readonly<Record<FieldKey, string>>;
  /** Values of the ticked boxes. */
  readonly ticked: readonly string[];
  /** Who rendered the text, when and where: the proof would be worth less without it. */
  readonly evidence: Readonly<Record<string, string>>;
}

const NONCE = 12;
const TAG = 16;

/** Seals it to the row of this id: a dump of the database shows nobody, and one row's content opens in no other row. */
export function sealHeld(keys: Keys, id: string, content: HeldContent): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', keyOf(keys), nonce).setAAD(Buffer.from(id));
  const sealed = Buffer.concat([cipher.update(JSON.stringify(content), 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
}

/** @throws when it was sealed for another row, under other keys, or was changed. */
export function openHeld(keys: Keys, id: string, sealed: Buffer): HeldContent {
  const decipher = createDecipheriv('aes-256-gcm', keyOf(keys), sealed.subarray(0, NONCE), { authTagLength: TAG })
    .setAAD(Buffer.from(id))
    .setAuthTag(sealed.subarray(NONCE, NONCE + TAG));
  const text = Buffer.concat([decipher.update(sealed.subarray(NONCE + TAG)), decipher.final()]).toString('utf8');
  return JSON.parse(text) as HeldContent;
}

function keyOf(keys: Keys): Buffer {
  return keys.sign('held submission', Buffer.from('aes-256-gcm'));
}
