import { createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { chmod, link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncFolder, writeDurably } from '../postgres/write-durably.ts';
import { type SigningKey, signingKeyOf } from './ed25519.ts';

/** Secrets of this installation. They live beside the database, never in it: a stolen dump alone opens nothing. */
export interface Keys {
  /** Says which keys these are without giving them away. */
  readonly fingerprint: string;
  /** Keyed hash (32 bytes) under which an address is recognised after it was erased. */
  matchHash(kind: string, matchKey: string): Buffer;
  /** HMAC-SHA-256 (32 bytes) over `bytes`, under a key used for this context and nothing else. */
  sign(context: string, bytes: Uint8Array): Buffer;
  /** The same under a secret of its own, for what may outlive an erasure: it opens nothing else, and nothing else opens it. */
  evidenceMac(context: string, bytes: Uint8Array): Buffer;
  /** Secret of staff sessions. */
  readonly sessionSecret: string;
  /** What this installation signs with so that others can check it. */
  readonly signing: SigningKeys;
}

export interface SigningKeys {
  readonly current: SigningKey;
  /** Every public key that was ever current, oldest first, the current one last and without an end. */
  readonly known: readonly { readonly publicKey: Buffer; readonly until?: Date }[];
}

/** Keys that replaced the first signing key, which is derived from the master secret. */
interface Rotated {
  readonly seed: Buffer;
  readonly past: readonly { readonly publicKey: Buffer; readonly until: Date }[];
}

export class KeysUnreadable extends Error {
  override readonly name = 'KeysUnreadable';
}

const FILE = 'keys.json';

/**
 * Opens `keys.json` in the data folder, making it on the first run (mode 0600, on disk before it is used).
 *
 * @throws KeysUnreadable when the file is there and cannot be used: making new keys would silently forget every
 *   suppression and break every link ever mailed.
 */
export async function openKeys(dataFolder: string): Promise<Keys> {
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  const path = join(dataFolder, FILE);
  const text = (await readIfThere(path)) ?? (await create(path));
  const { master, rotated, evidence } = secretsOf(text, path);
  return followingRotation(keysFrom(master, rotated, evidence), path);
}

const LOOK_AGAIN_MS = 1000;

/** A signing key rotated while this process runs is taken up by it within a second. */
function followingRotation(keys: Keys, path: string): Keys {
  let { signing } = keys;
  let looked = Date.now();
  let held = edition(path);
  return {
    ...keys,
    get signing() {
      if (Date.now() - looked < LOOK_AGAIN_MS) return signing;
      looked = Date.now();
      try {
        const found = edition(path);
        if (found !== held) {
          const { master, rotated } = secretsOf(readFileSync(path, 'utf8'), path);
          signing = keysFrom(master, rotated).signing;
          held = found;
        }
      } catch {
        // Away for the moment, or being replaced: what was read before still signs.
      }
      return signing;
    },
  };
}

/** Differs for a file that was replaced, even within one tick of the file system's clock. */
function edition(path: string): string {
  const { ino, mtimeMs, size } = statSync(path);
  return `${ino} ${mtimeMs} ${size}`;
}

/**
 * Makes a new signing key, random and of no kin to the others. The secret of the old one is forgotten; its public half stays
 * known, so that what it signed can still be checked. Other machines need the file copied to them.
 *
 * @throws KeysUnreadable
 */
export async function rotateSigningKey(dataFolder: string, now: Date): Promise<Keys> {
  const path = join(dataFolder, FILE);
  const { master, rotated, evidence } = secretsOf((await readIfThere(path)) ?? '', path);
  const { known } = keysFrom(master, rotated).signing;
  const next: Rotated = {
    seed: randomBytes(32),
    past: known.map(({ publicKey, until }) => ({ publicKey, until: until ?? now })),
  };
  await writeDurably(path, write(master, next, evidence));
  return keysFrom(master, next, evidence);
}

/**
 * Keys derived from a given master secret of 32 bytes. The first signing key is derived too: installations that never had
 * one have it at once, and all machines that share the file have the same. So is the evidence secret of a file that was made
 * before there was one.
 */
export function keysFrom(master: Buffer, rotated?: Rotated, evidence?: Buffer): Keys {
  const derived = new Map<string, Buffer>();
  const keyFor = (context: string): Buffer => {
    let key = derived.get(context);
    if (!key) {
      key = Buffer.from(hkdfSync('sha256', master, 'saglasie keys v1', context, 32));
      derived.set(context, key);
    }
    return key;
  };
  return {
    fingerprint: createHash('sha256').update(keyFor('fingerprint')).digest('hex').slice(0, 16),
    matchHash: (kind, matchKey) => createHmac('sha256', keyFor('match pepper')).update(`${kind}\0${matchKey}`).digest(),
    sign: (context, bytes) =>
      createHmac('sha256', keyFor(`sign ${context}`))
        .update(bytes)
        .digest(),
    evidenceMac: (context, bytes) =>
      createHmac('sha256', Buffer.from(hkdfSync('sha256', evidence ?? keyFor('evidence'), 'saglasie evidence v1', context, 32)))
        .update(bytes)
        .digest(),
    sessionSecret: keyFor('sessions').toString('base64url'),
    signing: signingKeysOf(keyFor('signing key 1'), rotated),
  };
}

function signingKeysOf(firstSeed: Buffer, rotated: Rotated | undefined): SigningKeys {
  const current = signingKeyOf(rotated?.seed ?? firstSeed);
  return { current, known: [...(rotated?.past ?? []), { publicKey: current.publicKey }] };
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new KeysUnreadable(`${path} cannot be read: give this process the right to read it.`, { cause });
  }
}

async function create(path: string): Promise<string> {
  const text = write(randomBytes(32), undefined, randomBytes(32));
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    // link() refuses to replace: of two processes starting at once, both use the keys of the first.
    await link(draft, path);
    await chmod(path, 0o600);
    await syncFolder(dirname(path));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
  } finally {
    await unlink(draft);
  }
  return readFile(path, 'utf8');
}

function write(master: Buffer, rotated?: Rotated, evidence?: Buffer): string {
  const past = rotated?.past.map(({ publicKey, until }) => ({
    publicKey: publicKey.toString('base64url'),
    until: until.toISOString(),
  }));
  const signing = rotated && { seed: rotated.seed.toString('base64url'), past };
  const secrets = { master: master.toString('base64url'), evidence: evidence?.toString('base64url') };
  return `${JSON.stringify({ version: 1, ...secrets, signing }, null, 2)}\n`;
}

interface Secrets {
  readonly master: Buffer;
  readonly rotated: Rotated | undefined;
  readonly evidence: Buffer | undefined;
}

function secretsOf(text: string, path: string): Secrets {
  try {
    const read = JSON.parse(text) as { version: unknown; master: unknown; signing?: unknown; evidence?: unknown };
    if (read.version === 1) {
      return {
        master: bytesOf(read.master),
        rotated: read.signing === undefined ? undefined : rotatedOf(read.signing),
        evidence: read.evidence === undefined ? undefined : bytesOf(read.evidence),
      };
    }
  } catch {
    // Said below: whether it is no JSON or the wrong JSON, the fix is the same.
  }
  throw new KeysUnreadable(`${path} is damaged: restore it from your backup of the data folder.`);
}

function rotatedOf(signing: unknown): Rotated {
  const { seed, past } = signing as { seed: unknown; past: readonly { publicKey: unknown; until: unknown }[] };
  return {
    seed: bytesOf(seed),
    past: past.map(({ publicKey, until }) => ({ publicKey: bytesOf(publicKey), until: dateOf(until) })),
  };
}

function bytesOf(text: unknown): Buffer {
  const bytes = Buffer.from(String(text), 'base64url');
  if (bytes.length !== 32) throw new RangeError('a secret has 32 bytes');
  return bytes;
}

function dateOf(text: unknown): Date {
  const date = new Date(String(text));
  if (Number.isNaN(date.getTime())) throw new RangeError('not a date');
  return date;
}
