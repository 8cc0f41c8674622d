import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keysFrom, openKeys, rotateSigningKey } from '#platform/crypto/keys.ts';
import { writeVkey } from '#platform/crypto/signed-note.ts';
import { jsonFile, writePack } from '#src/evidence-packs/pack.ts';
import { originOf } from '#src/ledger/checkpoint.ts';
import { logSigner } from '#src/ledger/log-keys.ts';
import type { OptionValues } from './command.ts';
import { verify } from './verify.ts';

const url = 'https://crm.primer.bg';
const signer = logSigner(keysFrom(Buffer.alloc(32, 5)), originOf(url));
let folder: string;
let pack: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'saglasie-pack-'));
  pack = join(folder, 'pack.zip');
  await writeFile(pack, await aPack(signer));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function aPack(by: typeof signer) {
  const files = [jsonFile('data.json', { events: [] }), jsonFile('log/keys.json', { keys: [{ vkey: writeVkey(by) }] })];
  return writePack({ kind: 'form', subject: 'frm_1', controller: 'Пример ЕООД', files }, by, new Date());
}

async function check(values: OptionValues, dataFolder = join(folder, 'nowhere')) {
  const said = { data: '', talk: '' };
  const env = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none', SAGLASIE_DATA: dataFolder, SAGLASIE_URL: url };
  const code = await verify(values, {
    env,
    data: (text) => (said.data += text),
    bytes: async () => {},
    talk: (text) => (said.talk += text),
  });
  return { code, ...said };
}

test('a pack is checked where there is no installation, and the exit code says what was found', async () => {
  const held = await check({ file: pack });
  expect(held).toMatchObject({ code: 0, data: '' });
  expect(held.talk).toContain('Everything holds');
  expect(held.talk, 'an unknown key is not passed over').toContain('--vkey KEY demands a certain one');
  expect((await check({ file: pack, vkey: writeVkey(signer) })).talk).toContain('the key you named');
  const other = writeVkey(logSigner(keysFrom(Buffer.alloc(32, 6)), originOf(url)));
  const refused = await check({ file: pack, vkey: other, json: true });
  expect(refused.code).toBe(1);
  expect(JSON.parse(refused.data)).toMatchObject({ holds: false, broken: { fault: 'signed-by-another' } });
  await expect(check({ file: pack, vkey: 'nonsense' })).rejects.toThrow('--vkey must be');
  expect(await readdir(folder), 'nothing was made').toEqual(['pack.zip']);
});

test('where the keys are, its own packs are recognised, and a forgery in its name is told', async () => {
  const data = join(folder, 'data');
  const own = join(folder, 'own.zip');
  await writeFile(own, await aPack(logSigner(await openKeys(data), originOf(url))));
  expect((await check({ file: own }, data)).talk).toContain('the key of this installation');
  await rotateSigningKey(data, new Date());
  expect((await check({ file: own }, data)).talk).toContain('an earlier key of this installation');
  const forged = await check({ file: pack, json: true }, data);
  expect(forged.code).toBe(1);
  expect(JSON.parse(forged.data)).toMatchObject({ holds: false, signer: 'unknown', broken: { fault: 'signed-by-another' } });
});

test('what is called a pack and is none is refused in words', async () => {
  const text = join(folder, 'letter.zip');
  await writeFile(text, 'Уважаеми членове на Комисията,');
  expect(await check({ file: text })).toMatchObject({ code: 1, talk: expect.stringContaining('This is not a ZIP archive.') });
  const cut = join(folder, 'cut');
  await writeFile(cut, (await aPack(signer)).subarray(0, 300));
  expect(await check({ file: cut })).toMatchObject({ code: 1, talk: expect.stringContaining('cut short') });
});
