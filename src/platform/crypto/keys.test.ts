import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { KeysUnreadable, keysFrom, openKeys } from './keys.ts';

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
