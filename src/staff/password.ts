import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

/** Shortest and longest password taken; the longest bounds the work one sign-in can ask for. */
export const PASSWORD_LENGTH = { min: 12, max: 200 } as const;

// OWASP's second recommended setting for Argon2id: 19 MiB, two passes, one lane.
const COST = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const derive = promisify(argon2);

/** The password as Argon2id in its usual text form, salted anew each time. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const tag = await derived(password, salt, COST, 32);

  return `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${base64(salt)}$${base64(tag)}`;
}

/** Whether this password made the hash, at the cost written in the hash. */
export async function isPasswordOf(hash: string, password: string): Promise<boolean> {
  const found = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(hash);
  if (!found) return false;
  const [, memory, passes, parallelism, salt = '', tag = ''] = found;
  const expected = Buffer.from(tag, 'base64');
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };

  return timingSafeEqual(await derived(password, Buffer.from(salt, 'base64'), cost, expected.length), expected);
}

function derived(password: string, nonce: Buffer, cost: typeof COST | Record<keyof typeof COST, number>, tagLength: number) {
  // One password typed on two keyboards can be two byte strings; NFKC makes it one (NIST SP 800-63B).
  return derive('argon2id', { message: password.normalize('NFKC'), nonce, tagLength, ...cost });
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
