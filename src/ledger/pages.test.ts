import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openNote, readVkey } from '#platform/crypto/signed-note.ts';
import { inTransaction } from '#platform/database/connect.ts';
import { aContact, aNewsletter, anAct } from '#test/support/factories.ts';
import { useStaffApp } from '#test/support/staff-app.ts';
import { appendEntries } from './append-entries.ts';
import { originOf, readCheckpoint } from './checkpoint.ts';
import { HASH, rootOver } from './merkle.ts';
import { outsideCheckpointIn } from './outside-checkpoint.ts';
import { createSequencer } from './sequence-entries.ts';
import { readTilePath, tilePath } from './tile-path.ts';

const app = useStaffApp();
let folder: string;
const hashesOf = async (reply: Response) => {
  const bytes = Buffer.from(await reply.arrayBuffer());
  return Array.from({ length: bytes.length / HASH }, (_, at) => bytes.subarray(at * HASH, (at + 1) * HASH));
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'saglasie-pages-'));
  await inTransaction(app.services.db, async (tx) => {
    const newsletter = await aNewsletter(tx);
    const contactId = await aContact(tx);
    const act = await anAct(tx, contactId, newsletter);
    await appendEntries(
      tx,
      Array.from({ length: 600 }, () => ({ ...act, kind: 'consent-refused' as const, occurredAt: new Date() })),
    );
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('The log over HTTP', () => {
  test('is not there before it was signed, and says so', async () => {
    expect((await app.request('GET', '/ledger/checkpoint')).status).toBe(404);
    expect(await (await app.request('GET', '/ledger/keys.json')).json()).toEqual({ keys: [] });
    expect(await (await app.request('GET', '/ledger/keys?lang=en')).text()).toContain('Nothing has been signed yet.');
    const { db, keys, config } = app.services;
    const outside = outsideCheckpointIn(folder);
    await createSequencer({ db, openKeys: async () => keys, origin: originOf(config.publicUrl), outside }).drain();
  });

  test('serves what anybody needs to compute the signed root: checkpoint, keys and tiles', async () => {
    const { keys } = (await (await app.request('GET', '/ledger/keys.json')).json()) as { keys: { vkey: string; until: null }[] };
    expect(keys).toMatchObject([{ until: null }]);
    const key = readVkey(keys[0]?.vkey ?? '');
    const reply = await app.request('GET', '/ledger/checkpoint');
    expect(reply.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(reply.headers.get('cache-control')).toBe('public, max-age=2');
    const checkpoint = readCheckpoint(openNote(await reply.text(), key ? [key] : [])?.text ?? '');
    expect(checkpoint?.origin).toBe('127.0.0.1:3000/ledger');
    const size = checkpoint?.size ?? 0;
    expect(size).toBeGreaterThanOrEqual(600);

    const tiles = await Promise.all(
      ['0/000', '0/001', `0/002.p/${size - 512}`].map((path) => app.request('GET', `/ledger/tile/${path}`)),
    );
    for (const tile of tiles) {
      expect(tile.status).toBe(200);
      expect(tile.headers.get('content-type')).toBe('application/octet-stream');
      expect(tile.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(tile.headers.get('access-control-allow-origin')).toBe('*');
    }
    const [first = [], second = [], third = []] = await Promise.all(tiles.map(hashesOf));
    expect([first.length, second.length, third.length]).toEqual([256, 256, size - 512]);
    expect(rootOver([...first, ...second, ...third])).toEqual(checkpoint?.root);
    expect(await hashesOf(await app.request('GET', '/ledger/tile/1/000.p/2'))).toEqual([rootOver(first), rootOver(second)]);
    expect(await hashesOf(await app.request('GET', '/ledger/tile/0/000.p/7'))).toEqual(first.slice(0, 7));
  });

  test.each([
    '0/002',
    '0/003.p/1',
    '0/002.p/255',
    '1/000',
    '1/000.p/3',
    '2/000.p/1',
    '9/000.p/1',
    '64/000',
    '0/0',
    '0/000.p/0',
    '0/000.p/256',
    '0/000.p/07',
    '00/000',
    '0/x000/000',
    '0/001/000',
    '0/x999/x999/x999/x999/999',
    'entries/000',
    '0/000.p/',
    '0/-01',
    '',
  ])('has nothing at tile/%s', async (path) => {
    expect((await app.request('GET', `/ledger/tile/${path}`)).status).toBe(404);
  });

  test('shows its keys to people, in both languages, without a script', async () => {
    for (const [language, words] of [
      ['bg', 'Ключове на регистъра'],
      ['en', 'Keys of the ledger'],
    ]) {
      const reply = await app.request('GET', `/ledger/keys?lang=${language}`);
      const page = await reply.text();
      expect(reply.status).toBe(200);
      expect(page).toContain(words);
      expect(page).toContain('127.0.0.1:3000/ledger+');
      expect(page).not.toContain('<script');
    }
  });
});

test.each([
  [0, 'tile/0/000'],
  [67, 'tile/0/067'],
  [1_000, 'tile/0/x001/000'],
  [1_234_067, 'tile/0/x001/x234/067'],
])('tile %d has one address: %s', (number, path) => {
  expect(tilePath({ level: 0, number, width: 256 })).toBe(path);
  expect(readTilePath(path)).toEqual({ level: 0, number, width: 256 });
  expect(readTilePath(`${path}.p/9`)).toEqual({ level: 0, number, width: 9 });
});
