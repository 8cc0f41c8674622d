import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keysFrom } from '#platform/crypto/keys.ts';
import { openNote, readVkey, signNote } from '#platform/crypto/signed-note.ts';
import { eraseContact } from '#src/erasure/erase-contact.ts';
import { aConsent, aContact, aNewsletter, anAct, testKeys, useStore } from '#test/support/factories.ts';
import { appendEntries } from './append-entries.ts';
import { originOf, readCheckpoint } from './checkpoint.ts';
import { findLastCheckpoint } from './find-checkpoint.ts';
import { findLogKeys } from './find-log-keys.ts';
import { openedLeafHash } from './leaf.ts';
import { logSigner } from './log-keys.ts';
import { emptyRoot, rootOver, verifyConsistency, verifyInclusion } from './merkle.ts';
import { type OutsideCheckpoint, outsideCheckpointIn } from './outside-checkpoint.ts';
import { proveConsistency, proveEntry } from './prove-entry.ts';
import { createSequencer } from './sequence-entries.ts';
import { readTlogProof } from './tlog-proof.ts';
import { verifyLedger } from './verify-ledger.ts';

const store = useStore();
const origin = originOf('https://crm.primer.bg');
let folder: string;
let outside: OutsideCheckpoint;
let entries: string[];
let contactId: string;
const sequencer = (batch?: number) =>
  createSequencer({ db: store.db, openKeys: async () => testKeys, origin, outside, ...(batch ? { batch } : {}) });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'saglasie-log-'));
  outside = outsideCheckpointIn(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function append(many: number): Promise<string[]> {
  return store.write(async (tx) => {
    const newsletter = await aNewsletter(tx);
    contactId = await aContact(tx);
    const act = await anAct(tx, contactId, newsletter);
    const consent = {
      ...act,
      kind: 'consent-given',
      legalBasis: 'consent',
      permissionGround: 'consent',
      occurredAt: new Date(),
    } as const;
    return (
      await appendEntries(
        tx,
        Array.from({ length: many }, (_, at) => ({ ...consent, evidence: { at } })),
      )
    ).map(({ id }) => id);
  });
}

describe('The sequencer', () => {
  test('signs an empty log before there is anything in it', async () => {
    expect(await sequencer().drain()).toBe(0);
    const checkpoint = await findLastCheckpoint(store.db);
    expect(checkpoint).toMatchObject({ number: 0, size: 0, root: emptyRoot });
    expect(await outside.read()).toBe(checkpoint?.note);
    expect(await sequencer().drain(), 'nothing new is nothing to sign').toBe(0);
    expect(await findLastCheckpoint(store.db)).toEqual(checkpoint);
  });

  test('gives every entry one position, in batches, each under its checkpoint', async () => {
    entries = await append(1000);
    expect(await sequencer(300).drain()).toBeGreaterThanOrEqual(1000);
    const { rows } = await store.owner(
      `select (select count(*) from ledger_entry) = count(*) and max(position) + 1 = count(*) as whole,
              (select count(*) from ledger_waiting)::int as waiting, array_agg(leaf_hash order by position) as leaves from ledger_leaf`,
    );
    expect(rows[0]).toMatchObject({ whole: true, waiting: 0 });
    const checkpoints = await store.owner('select size::int, root, note from ledger_checkpoint order by number');
    expect(checkpoints.rows.length).toBeGreaterThan(4);
    for (const { size, root, note } of checkpoints.rows) {
      expect(root, `root of ${size}`).toEqual(rootOver(rows[0].leaves.slice(0, size)));
      const key = { name: 'crm.primer.bg/ledger', publicKey: testKeys.signing.current.publicKey };
      expect(readCheckpoint(openNote(note, [key])?.text ?? '')).toEqual({ origin: key.name, size, root });
    }
    expect(await outside.read()).toBe(checkpoints.rows.at(-1)?.note);
  });

  test('goes on where another left off, and any two of its checkpoints are consistent', async () => {
    await append(77);
    await sequencer().drain();
    const { rows } = await store.owner('select distinct size::int, root from ledger_checkpoint where size > 0 order by size');
    for (const older of rows) {
      for (const newer of rows.filter(({ size }) => size >= older.size)) {
        const proof = await proveConsistency(store.db, older.size, newer.size);
        expect(
          verifyConsistency({
            olderSize: older.size,
            newerSize: newer.size,
            olderRoot: older.root,
            newerRoot: newer.root,
            proof,
          }),
        ).toBe(true);
      }
    }
  });

  test('proves an entry with nothing but the public key', async () => {
    for (const id of [entries[0], entries[255], entries[999]]) {
      const proof = await proveEntry(store.db, testKeys, id ?? '');
      if (proof.outcome !== 'proven') throw new Error(proof.outcome);
      expect(JSON.parse(proof.canonical)).toMatchObject({ id, kind: 'consent-given' });
      const portable = readTlogProof(proof.tlogProof);
      const key = readVkey(proof.vkey);
      const checkpoint = readCheckpoint(openNote(portable?.checkpoint ?? '', key ? [key] : [])?.text ?? '');
      if (!portable || !checkpoint) throw new Error('no proof');
      const leafHash = openedLeafHash(proof.entryKey, proof.canonical);
      expect(leafHash).toEqual(proof.leafHash);
      expect(verifyInclusion({ leafHash, ...portable, ...checkpoint })).toBe(true);
    }
  });

  test('an entry without a position yet, of an erased person, or that never was, is called so', async () => {
    const [early] = await append(1);
    expect(await proveEntry(store.db, testKeys, early ?? '')).toEqual({ outcome: 'not-yet' });
    await store.write((tx) => eraseContact(tx, { contactId, reason: 'request' }));
    expect(await proveEntry(store.db, testKeys, early ?? '')).toEqual({ outcome: 'erased' });
    expect(await sequencer().drain(), 'erased before it was in the log, it is in the log').toBeGreaterThan(0);
    const { rows } = await store.owner('select position from ledger_leaf where entry_id = $1', [early]);
    expect(rows).toHaveLength(1);
    expect(await proveEntry(store.db, testKeys, contactId)).toEqual({ outcome: 'unknown' });
  });

  test('two at once never do the same work twice', async () => {
    await append(2000);
    const done = await Promise.all([sequencer(100).drain(), sequencer(100).drain(), sequencer(70).drain()]);
    expect(done.filter((one) => one !== 'busy').length).toBeGreaterThan(0);
    await sequencer().drain();
    const { rows } = await store.owner(
      'select count(*)::int as n, max(position)::int as last, count(distinct entry_id)::int as entries from ledger_leaf',
    );
    expect(rows[0].n).toBe(rows[0].last + 1);
    expect(rows[0].n).toBe(rows[0].entries);
  });
});

describe('The database refuses, whoever asks,', () => {
  test.each([
    ['a gap', `insert into ledger_leaf select max(position) + 2, gen_random_uuid(), sha256('') from ledger_leaf`],
    [
      'a leaf nobody appended',
      `insert into ledger_leaf select max(position) + 1, gen_random_uuid(), sha256('') from ledger_leaf`,
    ],
    [
      'a log that shrinks',
      `insert into ledger_checkpoint select max(number) + 1, max(size) - 1, sha256(''), 'x' from ledger_checkpoint`,
    ],
    [
      'another root of the same log',
      `insert into ledger_checkpoint select max(number) + 1, max(size), sha256(''), 'x' from ledger_checkpoint`,
    ],
    [
      'a checkpoint over leaves that are not there',
      `insert into ledger_checkpoint select max(number) + 1, max(size) + 1, sha256(''), 'x' from ledger_checkpoint`,
    ],
    [
      'a checkpoint out of order',
      `insert into ledger_checkpoint select max(number) + 2, max(size), (array_agg(root order by number desc))[1], 'x' from ledger_checkpoint`,
    ],
  ])('%s', async (_, statement) => {
    await expect(store.owner(statement)).rejects.toMatchObject({ code: 'SG006' });
  });

  test.each(['ledger_leaf', 'ledger_tile', 'ledger_checkpoint', 'ledger_key'])('to change, delete or empty %s', async (table) => {
    const column = { ledger_leaf: 'leaf_hash', ledger_tile: 'root', ledger_checkpoint: 'note', ledger_key: 'name' }[table];
    for (const statement of [`update ${table} set ${column} = ${column}`, `delete from ${table}`, `truncate ${table} cascade`]) {
      await expect(store.owner(statement), statement).rejects.toMatchObject({ code: 'SG001' });
      await expect(store.app(statement), statement).rejects.toMatchObject({ code: '42501' });
    }
  });

  test('the application to touch the queue', async () => {
    await append(1);
    for (const statement of [
      'delete from ledger_waiting',
      `update ledger_waiting set leaf_hash = sha256('')`,
      `insert into ledger_waiting values (gen_random_uuid(), sha256(''))`,
      'truncate ledger_waiting',
    ]) {
      await expect(store.app(statement), statement).rejects.toMatchObject({ code: '42501' });
    }
    await sequencer().drain();
  });
});

describe('The sequencer signs nothing', () => {
  test('on a database set back to before what is kept outside', async () => {
    const kept = await outside.read();
    const { rows } = await store.owner('select note from ledger_checkpoint where size > 0 order by number desc limit 1');
    const ahead = outsideCheckpointIn(await mkdtemp(join(folder, 'ahead-')));
    const size = Number(rows[0].note.split('\n')[1]);
    await ahead.keep(
      signNote(`crm.primer.bg/ledger\n${size + 1}\n${emptyRoot.toString('base64')}\n`, logSigner(testKeys, origin)),
    );
    await append(1);
    const other = createSequencer({ db: store.db, openKeys: async () => testKeys, origin, outside: ahead });
    await expect(other.drain()).rejects.toThrow(/rolled back/);
    await ahead.keep(signNote(`crm.primer.bg/ledger\n${size}\n${emptyRoot.toString('base64')}\n`, logSigner(testKeys, origin)));
    await expect(other.drain()).rejects.toThrow(/are not those/);
    expect(await outside.read()).toBe(kept);
    expect(await sequencer().drain()).toBeGreaterThan(0);
  });

  test('under a last checkpoint of unknown keys', async () => {
    await store.write(async (tx) => void (await aConsent(tx, await aContact(tx), await aNewsletter(tx))));
    const stranger = createSequencer({ db: store.db, openKeys: async () => keysFrom(Buffer.alloc(32, 9)), origin, outside });
    await expect(stranger.drain()).rejects.toThrow(/not signed by a key in keys.json/);
    expect(await sequencer().drain()).toBeGreaterThan(0);
  });
});

test('after a rotation the log is signed with the new key at once, and what the old one signed still proves', async () => {
  const master = createHash('sha256').update('keys of the tests').digest();
  const past = [{ publicKey: testKeys.signing.current.publicKey, until: new Date() }];
  const rotated = keysFrom(master, { seed: randomBytes(32), past });
  const before = await proveEntry(store.db, testKeys, entries[0] ?? '');
  const next = createSequencer({ db: store.db, openKeys: async () => rotated, origin, outside });
  expect(await next.drain()).toBe(0);
  const after = await proveEntry(store.db, rotated, entries[0] ?? '');
  if (before.outcome !== 'proven' || after.outcome !== 'proven') throw new Error('not proven');
  expect(after.vkey).not.toBe(before.vkey);
  expect(after.root).toEqual(before.root);
  expect((await findLogKeys(store.db)).map(({ vkey, until }) => [vkey, until === undefined])).toEqual([
    [after.vkey, true],
    [before.vkey, false],
  ]);
  const verified = await verifyLedger({ appUrl: store.urls.appUrl, keys: rotated, outsideNote: await outside.read() });
  expect(verified).toMatchObject({ holds: true, findings: [] });
  expect((await store.verify()).findings, 'who does not know the new key trusts nothing it signed').toMatchObject([
    { code: 'checkpoint-not-ours' },
    { code: 'key-list-wrong' },
  ]);
});
