import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { verifyEd25519 } from './ed25519.ts';
import { KeysUnreadable, keysFrom, openKeys, rotateSigningKey } from './keys.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'saglasie-keys-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function fingerprintInAnotherProcess(): Promise<string> {
  const program = `const { openKeys } = await import(${JSON.stringify(join(import.meta.dirname, 'keys.ts'))});
    process.stdout.write((await openKeys(${JSON.stringify(folder)})).fingerprint)`;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.on('data', (part) => {
      said += part;
    });
    child.once('error', reject);
    child.once('exit', () => resolve(said));
  });
}

describe('openKeys', () => {
  test('makes keys that only their owner reads, and finds the same ones again', async () => {
    const made = await openKeys(join(folder, 'data'));
    const found = await openKeys(join(folder, 'data'));
    expect((await stat(join(folder, 'data', 'keys.json'))).mode & 0o777).toBe(0o600);
    expect(found.fingerprint).toBe(made.fingerprint);
    expect(found.matchHash('email', 'a@b.bg')).toEqual(made.matchHash('email', 'a@b.bg'));
    expect(found.sessionSecret).toBe(made.sessionSecret);
    expect(await readdir(join(folder, 'data')), 'no drafts are left').toEqual(['keys.json']);
  });

  test('of processes that start at once, all use the keys of one', async () => {
    const here = Promise.all(Array.from({ length: 8 }, () => openKeys(folder)));
    const fingerprints = await Promise.all([
      fingerprintInAnotherProcess(),
      fingerprintInAnotherProcess(),
      fingerprintInAnotherProcess(),
    ]);
    expect(new Set([...(await here).map((keys) => keys.fingerprint), ...fingerprints]).size).toBe(1);
    expect(await readdir(folder)).toEqual(['keys.json']);
  });

  test.each([
    ['empty', ''],
    ['cut short', '{"version": 1, "mas'],
    ['of another version', JSON.stringify({ version: 2, master: Buffer.alloc(32).toString('base64url') })],
    ['with a short secret', JSON.stringify({ version: 1, master: Buffer.alloc(31).toString('base64url') })],
    ['without a secret', '{"version": 1}'],
    ['that is null', 'null'],
    [
      'with half a signing key',
      JSON.stringify({ version: 1, master: Buffer.alloc(32).toString('base64url'), signing: { past: [] } }),
    ],
    [
      'with a signing key that ended at no time',
      JSON.stringify({
        version: 1,
        master: Buffer.alloc(32).toString('base64url'),
        signing: { seed: Buffer.alloc(32).toString('base64url'), past: [{ publicKey: Buffer.alloc(32).toString('base64url') }] },
      }),
    ],
  ])('refuses a file %s and leaves it as it is', async (_, text) => {
    await writeFile(join(folder, 'keys.json'), text);
    await expect(openKeys(folder)).rejects.toThrow(KeysUnreadable);
    expect(await readFile(join(folder, 'keys.json'), 'utf8')).toBe(text);
  });

  test.skipIf(process.getuid?.() === 0)('refuses a file it may not read', async () => {
    await openKeys(folder);
    await chmod(join(folder, 'keys.json'), 0);
    await expect(openKeys(folder)).rejects.toThrow(KeysUnreadable);
  });
});

describe('rotateSigningKey', () => {
  test('signs with a new key, keeps the old public ones, and leaves everything else as it was', async () => {
    const before = await openKeys(folder);
    const [first, second] = [new Date('2026-01-01'), new Date('2026-06-01')];
    const once = await rotateSigningKey(folder, first);
    const twice = await rotateSigningKey(folder, second);
    const found = await openKeys(folder);
    expect(found.signing.known).toEqual([
      { publicKey: before.signing.current.publicKey, until: first },
      { publicKey: once.signing.current.publicKey, until: second },
      { publicKey: twice.signing.current.publicKey },
    ]);
    expect(new Set(found.signing.known.map(({ publicKey }) => publicKey.toString('hex'))).size).toBe(3);
    const message = Buffer.from('a message');
    expect(verifyEd25519(twice.signing.current.publicKey, message, found.signing.current.sign(message))).toBe(true);
    expect(verifyEd25519(once.signing.current.publicKey, message, found.signing.current.sign(message))).toBe(false);
    expect(found.fingerprint).toBe(before.fingerprint);
    expect(found.matchHash('email', 'a@b.bg')).toEqual(before.matchHash('email', 'a@b.bg'));
    expect(found.evidenceMac('a use', message), 'what is sealed can still be opened').toEqual(
      before.evidenceMac('a use', message),
    );
    expect((await stat(join(folder, 'keys.json'))).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['keys.json']);
  });

  test('a file from before there was an evidence secret has one all the same, and keeps it', async () => {
    const path = join(folder, 'keys.json');
    await writeFile(path, JSON.stringify({ version: 1, master: Buffer.alloc(32, 3).toString('base64url') }));
    const mac = (await openKeys(folder)).evidenceMac('a use', Buffer.from('x'));
    expect((await rotateSigningKey(folder, new Date())).evidenceMac('a use', Buffer.from('x'))).toEqual(mac);
    expect(mac, 'a new file has a secret of its own').not.toEqual(
      keysFrom(Buffer.alloc(32, 3), undefined, Buffer.alloc(32, 4)).evidenceMac('a use', Buffer.from('x')),
    );
  });

  test('is taken up by whoever had the keys open', async () => {
    const open = await openKeys(folder);
    const rotated = await rotateSigningKey(folder, new Date());
    await expect.poll(() => open.signing.current.publicKey, { timeout: 5000 }).toEqual(rotated.signing.current.publicKey);
  });

  test('refuses where there are no keys', async () => {
    await expect(rotateSigningKey(folder, new Date())).rejects.toThrow(KeysUnreadable);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('The keys', () => {
  const keys = keysFrom(Buffer.alloc(32, 7));

  test('of one use say nothing about another', () => {
    const bytes = Buffer.from('the same bytes');
    const made = [
      keys.sign('one', bytes),
      keys.sign('other', bytes),
      keys.matchHash('one', 'the same bytes'),
      keys.matchHash('other', 'the same bytes'),
    ];
    expect(new Set(made.map((one) => one.toString('hex'))).size).toBe(4);
    expect(made.every((one) => one.length === 32)).toBe(true);
  });

  test('of two installations recognise different addresses', () => {
    expect(keysFrom(Buffer.alloc(32, 8)).matchHash('email', 'a@b.bg')).not.toEqual(keys.matchHash('email', 'a@b.bg'));
    expect(keysFrom(Buffer.alloc(32, 8)).fingerprint).not.toBe(keys.fingerprint);
  });

  test('hash the kind and the address apart: no two pairs run together', () => {
    expect(keys.matchHash('email', 'x')).not.toEqual(keys.matchHash('emai', 'lx'));
  });

  test('are not in what they show', () => {
    const master = Buffer.alloc(32, 7);
    const shown = keys.fingerprint + keys.sessionSecret;
    for (const spelling of ['hex', 'base64', 'base64url'] as const)
      expect(shown).not.toContain(master.toString(spelling).slice(0, 16));
  });
});
