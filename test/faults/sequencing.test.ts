import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect, inTransaction } from '#platform/database/connect.ts';
import { appendEntries } from '#src/ledger/append-entries.ts';
import type { NewEntry } from '#src/ledger/entry.ts';
import { outsideCheckpointIn } from '#src/ledger/outside-checkpoint.ts';
import { createSequencer } from '#src/ledger/sequence-entries.ts';
import { aContact, aNewsletter, anAct, testKeys, useStore } from '#test/support/factories.ts';

const store = useStore();
const WRITERS = 64;
const MASTER = createHash('sha256').update('keys of the tests').digest('hex');
let folder: string;
let refusal: NewEntry;
const running: ChildProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'saglasie-sequencing-'));
  refusal = await store.write(async (tx) => {
    const act = await anAct(tx, await aContact(tx), await aNewsletter(tx));
    return { ...act, kind: 'consent-refused', occurredAt: new Date() };
  });
});
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

/** A process of its own; like the machines of one installation, all share the keys and each has a data folder. */
async function sequencerProcess(dataFolder: string): Promise<ChildProcess> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'sequencer-process.ts'), store.urls.appUrl, dataFolder, MASTER],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let complaint = '';
  child.stderr?.on('data', (part: Buffer) => (complaint += part.toString()));
  running.push(child);
  await Promise.race([
    once(child.stdout as NodeJS.ReadableStream, 'data'),
    once(child, 'exit').then(() => {
      throw new Error(complaint);
    }),
  ]);
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

async function expectWhole(appended: number): Promise<void> {
  const outside = outsideCheckpointIn(folder);
  await createSequencer({ db: store.db, openKeys: async () => testKeys, origin: 'crm.primer.bg/ledger', outside }).drain();
  const { rows } = await store.owner(`
    select (select count(*)::int from ledger_entry where kind = 'consent-refused') as appended, (select count(*)::int from ledger_waiting) as waiting,
           count(*)::int as leaves, max(position)::int + 1 as positions, count(distinct entry_id)::int as entries from ledger_leaf`);
  expect(rows[0]).toMatchObject({ appended, waiting: 0 });
  expect(rows[0].positions).toBe(rows[0].leaves);
  expect(rows[0].entries).toBe(rows[0].leaves);
  expect(await store.verify(await outside.read())).toMatchObject({ holds: true, findings: [], size: rows[0].leaves });
}

let appended = 0;

test(`${WRITERS} writers at once and two sequencers: no entry is lost, none is there twice, the log never forks`, async () => {
  const other = await mkdtemp(join(folder, 'other-'));
  const sequencers = [await sequencerProcess(folder), await sequencerProcess(other)];
  const writers = connect(store.urls.appUrl, { max: WRITERS });
  await Promise.all(
    Array.from({ length: WRITERS }, async (_, writer) => {
      for (let time = 0; time < 12; time++) {
        const many = 1 + ((writer + time) % 9);
        await inTransaction(writers.db, (tx) =>
          appendEntries(
            tx,
            Array.from({ length: many }, () => refusal),
          ),
        );
        appended += many;
      }
    }),
  );
  await writers.close();
  for (const child of sequencers) {
    expect(child.exitCode, 'it is still at work').toBeNull();
    await kill(child);
  }
  await expectWhole(appended);
});

test('killed in the middle of its work, again and again, a sequencer leaves a log that goes on', async () => {
  for (let time = 0; time < 6; time++) {
    const child = await sequencerProcess(folder);
    const writing = (async () => {
      for (let write = 0; write < 20; write++) {
        await store.write((tx) =>
          appendEntries(
            tx,
            Array.from({ length: 100 }, () => refusal),
          ),
        );
        appended += 100;
      }
    })();
    await sleep(60 + time * 45);
    await kill(child);
    await writing;
  }
  await expectWhole(appended);
}, 120_000);
