import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '#platform/config.ts';
import { keysFrom, openKeys, rotateSigningKey } from '#platform/crypto/keys.ts';
import { writeVkey } from '#platform/crypto/signed-note.ts';
import { composeReceipt, type Receipt } from '#src/receipts/compose-receipt.ts';
import { saveController } from '#src/register/controller.ts';
import { aConsent, aContact, aNewsletter, useStore } from '#test/support/factories.ts';
import { sequenceLog } from '#test/support/log.ts';
import type { OptionValues } from './command.ts';
import { verifyReceiptFile } from './verify-receipt-file.ts';

const store = useStore();
const config = readConfig({ SAGLASIE_URL: 'https://crm.example.bg' });
let folder: string;
let receipt: Receipt;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'saglasie-verify-'));
  const keys = await openKeys(folder);
  const entry = await store.write(async (tx) => {
    await saveController(tx, {
      name: 'Пример ЕООД',
      registrationNumber: null,
      address: 'София',
      email: 'office@example.bg',
      phone: null,
      dpoName: null,
      dpoEmail: null,
      country: 'BG',
      timeZone: 'Europe/Sofia',
      defaultLanguage: 'bg',
    });
    return aConsent(tx, await aContact(tx), await aNewsletter(tx));
  });
  await sequenceLog({ db: store.db, keys, publicUrl: config.publicUrl });
  const composed = await composeReceipt({ keys, config }, store.db, entry.id);
  if (composed.outcome !== 'composed') throw new Error(composed.outcome);
  receipt = composed;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the command on a file of this content; the database named in its environment does not exist. */
async function run(content: string | Uint8Array, values: OptionValues = {}, dataFolder = join(folder, 'none')) {
  const path = join(folder, 'file');
  writeFileSync(path, content);
  return runOn(path, values, dataFolder);
}

async function runOn(path: string, values: OptionValues = {}, dataFolder = join(folder, 'none')) {
  const said = { data: '', talk: '' };
  const env = {
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    SAGLASIE_DATA: dataFolder,
    SAGLASIE_URL: 'https://crm.example.bg',
  };
  const code = await verifyReceiptFile(
    path,
    { json: true, ...values },
    { env, data: (text) => (said.data += text), bytes: async () => {}, talk: (text) => (said.talk += text) },
  );
  return { code, found: JSON.parse(said.data) as Record<string, unknown>, talk: said.talk };
}

describe('saglasie verify FILE', () => {
  test('needs no database, and leaves no keys behind', async () => {
    for (const content of [receipt.html, JSON.stringify(receipt.document), receipt.tlogProof]) {
      const { code, found } = await run(content);
      expect(code).toBe(0);
      expect(found).toMatchObject({
        holds: true,
        log: 'crm.example.bg/ledger',
        signedBy: 'unknown',
        entry: { kind: 'consent-given' },
      });
    }
    expect(() => rmSync(join(folder, 'none', 'keys.json'))).toThrow('ENOENT');
  });

  test('knows the keys of its data folder, also after they were rotated', async () => {
    expect((await run(receipt.html, {}, folder)).found).toMatchObject({ holds: true, signedBy: 'own' });
    await rotateSigningKey(folder, new Date());
    expect((await run(receipt.html, {}, folder)).found).toMatchObject({ holds: true, signedBy: 'own-earlier' });
  });

  test('refuses what is signed in its own name by another key', async () => {
    const other = mkdtempSync(join(tmpdir(), 'saglasie-verify-'));
    await openKeys(other);
    const { code, found } = await run(receipt.html, {}, other);
    expect(code).toBe(1);
    expect(found).toMatchObject({ holds: false, broken: 'key' });
    rmSync(other, { recursive: true });
  });

  test('takes one key at its word, and no other', async () => {
    const [vkey = ''] = receipt.document.proof.vkeys;
    expect(await run(receipt.html, { vkey })).toMatchObject({ code: 0, found: { signedBy: 'given' } });
    const stranger = keysFrom(Buffer.alloc(32, 5)).signing.current;
    const wrong = writeVkey({ name: 'crm.example.bg/ledger', publicKey: stranger.publicKey });
    expect(await run(receipt.html, { vkey: wrong })).toMatchObject({ code: 1, found: { holds: false, broken: 'key' } });
    await expect(run(receipt.html, { vkey: 'x' })).rejects.toThrow('--vkey');
  });

  test.each<[string, () => string | Uint8Array, object]>([
    ['a changed one', () => receipt.html.replace('Пример', 'Пример2'), { outcome: 'broken', broken: 'page' }],
    ['a cut one', () => receipt.html.slice(0, 9000), { outcome: 'truncated' }],
    ['something else', () => 'hello', { outcome: 'unreadable' }],
    ['too much', () => Buffer.alloc(3 * 1024 * 1024), { outcome: 'too-large' }],
  ])('of %s says so and ends with 1', async (_, make, expected) => {
    const { code, found, talk } = await run(make());
    expect(code).toBe(1);
    expect(found).toMatchObject({ holds: false, ...expected });
    expect(talk.length).toBeGreaterThan(20);
  });

  test('of nothing, or a folder, says so', async () => {
    expect(await runOn(join(folder, 'nothing-here'))).toMatchObject({ code: 1, found: { outcome: 'missing' } });
    expect(await runOn(folder)).toMatchObject({ code: 1, found: { outcome: 'missing' } });
  });
});
