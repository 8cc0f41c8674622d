import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/** Signs with Ed25519 (RFC 8032). */
export interface SigningKey {
  /** 32 bytes. */
  readonly publicKey: Buffer;
  /** 64 bytes. */
  sign(message: Uint8Array): Buffer;
}

// What PKCS #8 writes before the 32 bytes of an Ed25519 key (RFC 8410 §7).
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The key pair of a secret seed of 32 bytes. */
export function signingKeyOf(seed: Buffer): SigningKey {
  if (seed.length !== 32) throw new RangeError('a seed of Ed25519 has 32 bytes');
  const secret = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
  const { x } = createPublicKey(secret).export({ format: 'jwk' });

  return { publicKey: Buffer.from(String(x), 'base64url'), sign: (message) => sign(null, message, secret) };
}

/** Whether that key signed this message. A key or signature of another length is answered no. */
export function verifyEd25519(publicKey: Buffer, message: Uint8Array, signature: Buffer): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  const key = publicKeyOf(publicKey);

  return key !== undefined && verify(null, message, key, signature);
}

const opened = new Map<string, KeyObject>();

/** Opening a key takes longer than checking a signature with it, and a log has few keys and many signatures. */
function publicKeyOf(bytes: Buffer): KeyObject | undefined {
  const x = bytes.toString('base64url');
  const known = opened.get(x);
  if (known) return known;
  try {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    if (opened.size >= 100) opened.clear();
    opened.set(x, key);
    return key;
  } catch {
    return undefined; // 32 bytes that are no point of the curve
  }
}
