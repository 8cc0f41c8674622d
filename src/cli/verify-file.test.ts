import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keysFrom } from '#platform/crypto/keys.ts';
import { writeVkey } from '#platform/crypto/signed-note.ts';
import { jsonFile, writePack } from '#src/evidence/pack.ts';
import { logSigner } from '#src/ledger/log-keys.ts';
import type { OptionValues } from './command.ts';
import { runCommand } from './run-command.ts';
import { verifyFile } from './verify-file.ts';

const signer = logSigner(keysFrom(Buffer.alloc(32, 5)), 'https://crm.primer.bg');
let folder: string;
let pack: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'saglasie-pack-'));
  pack = join(folder, 'pack.zip');
  const files = [jsonFile('data.json', { events: [] }), jsonFile('log/keys.json', { keys: [{ vkey: writeVkey(signer) }] })];
  const content = { kind: 'form', subject: 'frm_1', controller: 'Пример ЕООД', files } as const;
  await writeFile(pack, await writePack(content, signer, new Date()));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function verify(values: OptionValues): Promise<{ code: number; data: string; talk: string }> {
  const said = { data: '', talk: '' };
  const terminal = {
    env: { SAGLASIE_DATA: join(folder, 'nowhere') },
    data: (text: string) => {
      said.data += text;
    },
    talk: (text: string) => {
      said.talk += text;
    },
  };
  return { code: await verifyFile(values, terminal), ...said };
}

test('a pack is checked where there is no installation, and the exit code says what was found', async () => {
  const held = await verify({ file: pack });
  expect(held).toMatchObject({ code: 0, data: '' });
  expect(held.talk).toContain('Everything holds');
  expect(held.talk, 'an unknown key is not passed over').toContain('compare it');
  expect((await verify({ file: pack, key: writeVkey(signer) })).talk).toContain('the key you gave');
  const other = writeVkey(logSigner(keysFrom(Buffer.alloc(32, 6)), 'https://crm.primer.bg'));
  const refused = await verify({ file: pack, key: other, json: true });
  expect(refused.code).toBe(1);
  expect(JSON.parse(refused.data)).toMatchObject({ holds: false, broken: { fault: 'signed-by-another' } });
  expect(await readdir(folder), 'nothing was made').toEqual(['pack.zip']);
});

test('what is no pack is refused in words; what cannot be read is a mistake of whoever typed', async () => {
  const text = join(folder, 'letter.txt');
  await writeFile(text, 'Уважаеми членове на Комисията,');
  const refused = await verify({ file: text });
  expect(refused).toMatchObject({ code: 1, talk: expect.stringContaining('This is not a ZIP archive.') });
  await rm(text);
  const env = { SAGLASIE_DATA: join(folder, 'nowhere') };
  expect(await runCommand(['verify', join(folder, 'missing.zip')], env)).toBe(2);
  expect(await runCommand(['verify', pack, pack], env)).toBe(2);
  expect(await runCommand(['verify', pack, '--json'], env)).toBe(0);
  expect(await runCommand(['migrate', pack], env), 'other commands take no file').toBe(2);
});
