import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Keys } from '#platform/crypto/keys.ts';
import type { Language } from '#src/languages/languages.ts';
import type { Entry, EntryKind } from '#src/ledger/entry.ts';

/** Why anything may be kept of an erased person: Art. 17(3)(e), and 17(3)(b). */
export const keepingGrounds = ['legal-claims', 'legal-obligation'] as const;
export type KeepingGround = (typeof keepingGrounds)[number];

/** Longest time evidence is kept: claims end after five years (чл. 110 ЗЗД). */
export const MOST_MONTHS = 60;

/** One event of consent as it is kept of an erased person: without a name, an address or anything else that says who they were. */
export interface KeptEvent {
  readonly entry: string;
  readonly kind: EntryKind;
  readonly purpose: { readonly slug: string; readonly version: number; readonly name: Readonly<Record<Language, string>> } | null;
  readonly channel: string | null;
  readonly legalBasis: string | null;
  readonly occurredAt: string;
  readonly until: string | null;
  readonly method: string;
  readonly notice: { readonly hash: string; readonly slug: string; readonly version: number } | null;
  readonly language: string | null;
  readonly grade: string | null;
  readonly leafHash: string;
  /** What opens the leaf; null when the entry's own words could name somebody, so that they had to go with the person. */
  readonly opens: { readonly canonical: string; readonly entryKey: string } | null;
  /** Position, inclusion proof and checkpoint; null when the entry had no place in the log yet. */
  readonly tlogProof: string | null;
  readonly vkey: string | null;
}

/** What is sealed. */
export interface Capsule {
  readonly format: 'saglasie-capsule';
  readonly version: 1;
  readonly ground: KeepingGround;
  /** Why keeping was necessary, in the words of whoever decided it. */
  readonly necessity: string;
  readonly decidedBy: 'staff' | 'policy';
  readonly events: readonly KeptEvent[];
}

/** An address as it is recognised again. */
export interface AddressKey {
  readonly kind: string;
  readonly matchKey: string;
}

/** The hash under which an address is looked for among what was kept. Of another kin than the one of suppression, so that the two tables cannot be joined. */
export function handleOf(keys: Keys, address: AddressKey): Buffer {
  return keys.evidenceMac('handle', bytesOf(address));
}

/**
 * A sealed capsule: its content under a key used once, and that key wrapped for each address. What wraps it is derived from the
 * evidence secret and the address together, so that whoever holds the database and all keys still has to be told the address.
 */
export function seal(
  keys: Keys,
  id: string,
  content: Capsule,
  addresses: readonly AddressKey[],
): { sealed: Buffer; handles: { handle: Buffer; wrappedKey: Buffer }[] } {
  const key = randomBytes(32);
  return {
    sealed: encrypt(key, `capsule ${id}`, Buffer.from(JSON.stringify(content))),
    handles: addresses.map((address) => ({
      handle: handleOf(keys, address),
      wrappedKey: encrypt(wrappingKey(keys, id, address), `key ${id}`, key),
    })),
  };
}

/** @throws when the address, the secret or a byte is another. */
export function unseal(
  keys: Keys,
  { id, sealed, wrappedKey }: { id: string; sealed: Buffer; wrappedKey: Buffer },
  address: AddressKey,
): Capsule {
  const key = decrypt(wrappingKey(keys, id, address), `key ${id}`, wrappedKey);
  return JSON.parse(decrypt(key, `capsule ${id}`, sealed).toString()) as Capsule;
}

const networkPrefix = /^[0-9a-f.:]{3,39}\/\d{1,3}$/i;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const code = /^[a-z][a-z0-9-]{0,39}$/;
const moment = /^\d{4}-\d\d-\d\d(T[\d:.]+Z)?$/;

/** What evidence may say without saying who. A member that is not here, a note above all, may hold a name. */
const nameless: Readonly<Record<string, RegExp>> = {
  submission: uuid,
  // An id, or the SHA-256 of what it held.
  file: /^([0-9a-f]{64}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/,
  fileType: /^[a-z]+\/[a-z0-9.+-]{1,60}$/,
  approach: uuid,
  entry: uuid,
  delivery: uuid,
  shown: code,
  ground: code,
  ipPrefix: networkPrefix,
  shownAt: moment,
  toldAt: moment,
  optinTime: moment,
  page: /^[^@?#\s]{1,500}$/,
  agent: /^[^@]{1,300}$/,
  place: code,
  pageSha256: /^[0-9a-f]{64}$/,
  claims: /^[1-9]\d{0,5}$/,
  guardianAgreedAt: moment,
  // Of an entry that another log proved.
  package: uuid,
  log: /^[a-z0-9.:/-]{1,300}$/,
  originalMethod: code,
  grade: /^[A-E]$/,
};

/**
 * Whether the words of an entry may be kept: they prove it only whole, and are kept only when none of them can name anybody.
 * Its contact is a random number that belongs to nobody once the person is erased.
 */
export function saysNobody({ evidence }: Pick<Entry, 'evidence'>): boolean {
  return Object.entries(evidence ?? {}).every(([key, value]) => {
    if (value === null || typeof value === 'boolean') return true;
    // Counts and codes; a telephone number is a number too.
    if (typeof value === 'number') return Math.abs(value) < 1_000_000;
    return Object.hasOwn(nameless, key) && (nameless[key] as RegExp).test(value);
  });
}

function wrappingKey(keys: Keys, id: string, address: AddressKey): Buffer {
  return keys.evidenceMac(`wrap ${id}`, bytesOf(address));
}

function bytesOf({ kind, matchKey }: AddressKey): Buffer {
  return Buffer.from(`${kind}\0${matchKey}`);
}

const IV = 12;
const TAG = 16;

/** AES-256-GCM; every key is used once, and what it is for is part of what is authenticated. */
function encrypt(key: Buffer, about: string, plain: Buffer): Buffer {
  const iv = randomBytes(IV);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(about));
  return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: Buffer, about: string, sealed: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, IV), { authTagLength: TAG })
    .setAAD(Buffer.from(about))
    .setAuthTag(sealed.subarray(sealed.length - TAG));
  return Buffer.concat([decipher.update(sealed.subarray(IV, sealed.length - TAG)), decipher.final()]);
}
