import { createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { chmod, link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncFolder } from '../postgres/write-durably.ts';

/** Secrets of this installation. They live beside the database, never in it: a stolen dump alone opens nothing. */
export interface Keys {
  /** Says which keys these are without giving them away. */
  readonly fingerprint: string;
  /** Keyed hash (32 bytes) under which an address is recognised after it was erased. */
  matchHash(kind: string, matchKey: string): Buffer;
  /** HMAC-SHA-256 (32 bytes) over `bytes`, under a key used for this context and nothing else. */
  sign(context: string, bytes: Uint8Array): Buffer;
  /** Secret of staff sessions. */
  readonly sessionSecret: string;
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
  return keysFrom(masterOf(text, path));
}

/** Keys derived from a given master secret of 32 bytes. */
export function keysFrom(master: Buffer): Keys {
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
    sessionSecret: keyFor('sessions').toString('base64url'),
  };
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
  const text = `${JSON.stringify({ version: 1, master: randomBytes(32).toString('base64url') }, null, 2)}\n`;
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

function masterOf(text: string, path: string): Buffer {
  try {
    const { version, master } = JSON.parse(text) as { version: unknown; master: unknown };
    const bytes = Buffer.from(String(master), 'base64url');
    if (version === 1 && bytes.length === 32) return bytes;
  } catch {
    // Said below: whether it is no JSON or the wrong JSON, the fix is the same.
  }
  throw new KeysUnreadable(`${path} is damaged: restore it from your backup of the data folder.`);
}
