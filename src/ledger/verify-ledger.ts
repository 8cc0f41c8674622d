import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Keys } from '#platform/crypto/keys.ts';
import { writeVkey } from '#platform/crypto/signed-note.ts';
import { compareFold, type FoldFound } from './compare-fold.ts';
import { SetDigest } from './set-digest.ts';
import { openSnapshot, type Snapshot } from './snapshot.ts';
import { type Blocks, type EntriesFound, verifyEntries } from './verify-entries.ts';
import type { ThreadTask } from './verify-entries-thread.ts';
import { type LogFound, verifyLog } from './verify-log.ts';

/** Something that does not hold: the first of its kind. */
export interface Finding {
  readonly code: string;
  /** Entry, position, tile, checkpoint or permission. */
  readonly where: string;
  readonly text: string;
}

export interface Verification {
  readonly holds: boolean;
  readonly entries: number;
  /** Leaves of erased people: their number is known, their meaning is gone. */
  readonly erased: number;
  /** First entry whose content no longer gives its leaf. */
  readonly firstBrokenEntry: string | null;
  readonly brokenEntries: number;
  /** Registers in which the permissions in use differ from what the ledger says, each as contact/purpose/channel/register. */
  readonly permissionDifferences: number;
  readonly firstPermissionDifference: string | null;
  /** Leaves with a position in the log, entries that wait for one, and checkpoints signed so far. */
  readonly size: number;
  readonly waiting: number;
  readonly checkpoints: number;
  /** The first of each kind; none where everything holds. */
  readonly findings: readonly Finding[];
}

export interface VerificationParts {
  /** URL of the application's role, which can do no more than read what is verified. */
  readonly appUrl: string;
  /** What we sign with, and what we signed with before. */
  readonly keys: Keys;
  /** The checkpoint kept outside the database, read before this begins; undefined where none was kept here. */
  readonly outsideNote: string | undefined;
  /** Told now and then how many entries were read so far. */
  readonly onProgress?: (entries: number) => void;
}

/** Below this a thread takes longer to start than its work. */
const BLOCKS_WORTH_THREADS = 4000;
const LONGEST_WAIT_S = 60;

/**
 * Recomputes everything the ledger promises, in one snapshot, and compares: every leaf from what its entry says, every
 * entry's place in the log, the tree, every checkpoint, every permission. Memory stays flat; every core is used.
 */
export async function verifyLedger({ appUrl, keys, outsideNote, onProgress }: VerificationParts): Promise<Verification> {
  let read = 0;
  const onMore = (entries: number) => {
    read += entries;
    onProgress?.(read);
  };
  const digestKey = randomBytes(8);
  const snapshot = await openSnapshot(appUrl);
  try {
    const [shape] = await snapshot.query<{ exported: string; blocks: string }>(
      `select pg_export_snapshot() as exported, pg_relation_size('ledger_entry') / 8192 as blocks`,
    );
    const exported = shape?.exported ?? '';
    const blocks = Number(shape?.blocks);
    if (blocks < BLOCKS_WORTH_THREADS) return await verifySnapshot(snapshot, keys, outsideNote);

    const other = await openSnapshot(appUrl, exported);
    try {
      const [entries, fold, log] = await Promise.all([
        verifyInThreads({ appUrl, snapshot: exported, digestKey }, blocks, onMore),
        compareFold(other),
        verifyLog(snapshot, keys, outsideNote, digestKey),
      ]);
      return await conclude(snapshot, keys, { entries: summed(entries, digestKey), fold, log, digestKey });
    } finally {
      await other.close();
    }
  } finally {
    await snapshot.close();
  }
}

/** The same on one connection, one thing after another. */
export async function verifySnapshot(snapshot: Snapshot, keys: Keys, outsideNote: string | undefined): Promise<Verification> {
  const digestKey = randomBytes(8);
  const entries = await verifyEntries(snapshot, { from: 0 }, digestKey);
  const fold = await compareFold(snapshot);
  const log = await verifyLog(snapshot, keys, outsideNote, digestKey);
  return conclude(snapshot, keys, { entries, fold, log, digestKey });
}

interface Found {
  readonly entries: EntriesFound;
  readonly fold: FoldFound;
  readonly log: LogFound;
  readonly digestKey: Uint8Array;
}

async function conclude(snapshot: Snapshot, keys: Keys, { entries, fold, log, digestKey }: Found): Promise<Verification> {
  const rest = await readRest(snapshot, digestKey);
  const placed = new SetDigest(digestKey);
  placed.include(log.sum);
  placed.include(rest.waiting.sum);
  const told = new SetDigest(digestKey);
  told.include(entries.sum);
  told.include(rest.erased.sum);
  const findings = [
    ...entryFindings(entries),
    ...(told.equals(placed) ? [] : await explainPlaces(snapshot)),
    ...log.findings,
    ...(await keyFindings(snapshot, keys, log.signedBy)),
    ...waitingFindings(rest),
    ...foldFindings(fold),
  ];
  return {
    holds: findings.length === 0,
    entries: entries.entries,
    erased: rest.erased.many,
    firstBrokenEntry: entries.firstBroken,
    brokenEntries: entries.broken,
    ...fold,
    size: log.size,
    waiting: rest.waiting.many,
    checkpoints: log.checkpoints,
    findings,
  };
}

/** A slice of the table for each core, each with a connection of its own to the same snapshot. */
function verifyInThreads(
  task: Omit<ThreadTask, 'blocks'>,
  blocks: number,
  onMore: (entries: number) => void,
): Promise<EntriesFound[]> {
  const threads = Math.min(8, availableParallelism());
  const edges = Array.from({ length: threads }, (_, at) => Math.floor((blocks * at) / threads));
  return Promise.all(edges.map((from, at) => inThread({ ...task, blocks: { from, to: edges[at + 1] } }, onMore)));
}

function inThread(
  task: Omit<ThreadTask, 'blocks'> & { blocks: Blocks },
  onMore: (entries: number) => void,
): Promise<EntriesFound> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL('./verify-entries-thread.ts', import.meta.url), { workerData: task satisfies ThreadTask });
    thread.on('message', (told: number | EntriesFound) => (typeof told === 'number' ? onMore(told) : resolve(told)));
    thread.once('error', reject);
    thread.once('exit', () => reject(new Error('a thread ended without an answer')));
  });
}

function summed(parts: readonly EntriesFound[], digestKey: Uint8Array): EntriesFound {
  const digest = new SetDigest(digestKey);
  for (const part of parts) digest.include(part.sum);
  return {
    entries: parts.reduce((sum, part) => sum + part.entries, 0),
    broken: parts.reduce((sum, part) => sum + part.broken, 0),
    firstBroken:
      parts
        .map((part) => part.firstBroken)
        .filter((id) => id !== null)
        .sort()[0] ?? null,
    sum: digest.sum,
  };
}

async function readRest(snapshot: Snapshot, digestKey: Uint8Array) {
  const sumOf = async (query: string) => {
    const digest = new SetDigest(digestKey);
    let many = 0;
    await snapshot.rows(query, 2, ({ bytes, at }) => {
      many += 1;
      digest.add(bytes, at[0] as number, at[1] as number);
    });
    return { many, sum: digest.sum };
  };
  const erased = await sumOf('select id, leaf_hash from ledger_erased');
  const waiting = await sumOf('select entry_id, leaf_hash from ledger_waiting');
  const rows = await snapshot.query<{ seconds: number | null; entry_id: string }>(`
    select extract(epoch from clock_timestamp() - appended_at)::float8 as seconds, entry_id
      from ledger_waiting order by appended_at, entry_id limit 1`);
  return { erased, waiting, oldest: rows[0] };
}

function entryFindings({ broken, firstBroken }: EntriesFound): Finding[] {
  if (firstBroken === null) return [];
  const text = `Entry ${firstBroken} no longer says what its leaf commits to (entries like it: ${broken}).`;
  return [{ code: 'entry-changed', where: `entry ${firstBroken}`, text }];
}

/** Which entry has no place, or which place no entry: asked only when the two sets are known to differ. */
async function explainPlaces(snapshot: Snapshot): Promise<Finding[]> {
  const rows = await snapshot.query<{ told: string | null; placed: string | null; position: string | null }>(`
    with told as (select id, leaf_hash from ledger_entry union all select id, leaf_hash from ledger_erased),
         placed as (select entry_id as id, leaf_hash, position from ledger_leaf union all select entry_id, leaf_hash, null from ledger_waiting)
    select told.id as told, placed.id as placed, position from told full join placed using (id)
     where told.leaf_hash is distinct from placed.leaf_hash
     order by position nulls last, coalesce(told.id, placed.id) limit 1`);
  const [first] = rows;
  if (!first) return [await explainTwice(snapshot)];
  const { told, placed, position } = first;
  if (!placed) {
    const text = `Entry ${told} is neither in the log nor waiting for its place in it.`;
    return [{ code: 'entry-without-position', where: `entry ${told}`, text }];
  }
  const place = position === null ? 'The queue' : `Position ${position} of the log`;
  const where = position === null ? `entry ${placed}` : `position ${position}`;
  if (!told) {
    const text = `${place} holds the leaf of entry ${placed}, which is neither there nor marked as erased.`;
    return [{ code: 'position-without-entry', where, text }];
  }
  return [{ code: 'leaf-of-another', where, text: `${place} holds another leaf than entry ${told} has.` }];
}

async function explainTwice(snapshot: Snapshot): Promise<Finding> {
  const rows = await snapshot.query<{ id: string }>(`
    select id from (select id from ledger_entry union all select id from ledger_erased) told group by id having count(*) > 1
    union all
    select id from (select entry_id as id from ledger_leaf union all select entry_id from ledger_waiting) placed group by id having count(*) > 1
    order by id limit 1`);
  const id = rows[0]?.id ?? 'unknown';
  return { code: 'entry-twice', where: `entry ${id}`, text: `Entry ${id} is there twice, or has two places in the log.` };
}

/** The database's list of keys is what the public is shown: it must name those that signed, and none that is not ours. */
async function keyFindings(snapshot: Snapshot, keys: Keys, signedBy: ReadonlySet<string>): Promise<Finding[]> {
  const rows = await snapshot.query<{ name: string; public_key: Buffer }>(
    'select name, public_key from ledger_key order by used_from, name',
  );
  const finding = (name: string, what: string): Finding[] => [
    { code: 'key-list-wrong', where: `key ${name}`, text: `The database's list of keys ${what} (${name}).` },
  ];
  const listed = new Set(rows.map((row) => writeVkey({ name: row.name, publicKey: row.public_key })));
  const strange = rows.find((row) => !keys.signing.known.some(({ publicKey }) => publicKey.equals(row.public_key)));
  if (strange) return finding(strange.name, 'has one that is not in keys.json');
  const missing = [...signedBy].find((vkey) => !listed.has(vkey));
  if (missing !== undefined) return finding(missing, 'lacks one that signed a checkpoint');
  const idle = [...listed].find((vkey) => !signedBy.has(vkey));
  return idle === undefined ? [] : finding(idle, 'has one that signed nothing');
}

function waitingFindings({ oldest, waiting }: Awaited<ReturnType<typeof readRest>>): Finding[] {
  if (!oldest || (oldest.seconds ?? 0) <= LONGEST_WAIT_S) return [];
  const text = `Entry ${oldest.entry_id} has waited ${Math.round(oldest.seconds ?? 0)} seconds for its place in the log (waiting: ${waiting.many}): is a worker running?`;
  return [{ code: 'waiting-too-long', where: `entry ${oldest.entry_id}`, text }];
}

function foldFindings({ permissionDifferences, firstPermissionDifference }: FoldFound): Finding[] {
  if (permissionDifferences === 0) return [];
  const text = `Permission ${firstPermissionDifference} is not what the ledger says (permissions like it: ${permissionDifferences}).`;
  return [{ code: 'permission-differs', where: `permission ${firstPermissionDifference}`, text }];
}
