import { createHash, randomBytes } from 'node:crypto';

/** A secret for a link that works once: 256 random bits for the link, their SHA-256 for the database. */
export function createSecret(): { text: string; hash: Buffer } {
  const text = randomBytes(32).toString('base64url');

  return { text, hash: hashSecret(text) };
}

export function hashSecret(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
