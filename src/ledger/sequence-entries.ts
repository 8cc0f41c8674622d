import { sql } from 'kysely';
import type { Keys } from '#platform/crypto/keys.ts';
import { keyIdOf, type NoteSigner, readNote, signNote } from '#platform/crypto/signed-note.ts';
import { type Database, inTransaction, type Transaction } from '#platform/database/connect.ts';
import { writeCheckpoint } from './checkpoint.ts';
import { findLastCheckpoint, type RecordedCheckpoint } from './find-checkpoint.ts';
import { logSigner, openOwnCheckpoint } from './log-keys.ts';
import { Frontier, HASH, peaksOf } from './merkle.ts';
import type { OutsideCheckpoint } from './outside-checkpoint.ts';
import { hashSubtrees } from './tiles.ts';

/** The log must not be signed on: doing so would contradict what was signed before. The message says what was found. */
export class LogRefused extends Error {
  override readonly name = 'LogRefused';
}

export interface Sequencer {
  /**
   * Gives every entry that waits its position, in batches, each with its checkpoint in the same transaction. Answers how
   * many; 'busy' when another sequencer is at work.
   *
   * @throws LogRefused
   */
  drain(): Promise<number | 'busy'>;
  /** Between two batches; what was done stays. */
  stop(): void;
}

export interface SequencerParts {
  readonly db: Database;
  /** Read anew when a checkpoint is signed by a key unknown here: it may have been rotated meanwhile. */
  readonly openKeys: () => Promise<Keys>;
  /** Name of the log; see `originOf`. */
  readonly origin: string;
  readonly outside: OutsideCheckpoint;
  readonly batch?: number;
}

const BATCH = 16_384;
const FIRST = '00000000-0000-0000-0000-000000000000';
const TILE_HEIGHT = 8;

interface Edge {
  readonly frontier: Frontier;
  readonly last: RecordedCheckpoint | undefined;
}

/** The one that puts entries in order. Any number may run on any number of machines; the database lets one work at a time. */
export function createSequencer(parts: SequencerParts): Sequencer {
  const { db, origin, outside, batch = BATCH } = parts;
  let keys: Keys | undefined;
  let edge: Edge | undefined;
  let stopped = false;

  return {
    async drain() {
      let sequenced = 0;
      for (let after = FIRST; !stopped; ) {
        const done = await sequenceBatch(after);
        if (done === 'busy') return sequenced === 0 ? 'busy' : sequenced;
        sequenced += done.count;
        if (done.checkpoint) await outside.keep(done.checkpoint.note);
        if (done.count < batch) break;
        // Not from the beginning again: what was taken a moment ago still lies there until it is vacuumed.
        after = done.last;
      }
      return sequenced;
    },
    stop() {
      stopped = true;
    },
  };

  async function sequenceBatch(after: string): Promise<'busy' | { count: number; last: string; checkpoint?: { note: string } }> {
    keys ??= await parts.openKeys();
    let signer = logSigner(keys, origin);
    try {
      const done = await inTransaction(db, async (tx) => {
        if (!(await isAlone(tx))) return 'busy';
        const { frontier, last } = await findEdge(tx);
        signer = logSigner(keys as Keys, origin);
        const { leaves, last: lastEntry } = await takeWaiting(tx, frontier.size, after, batch);
        if (leaves.length === 0 && last && isSignedBy(last, signer)) return { count: 0, last: after, edge: { frontier, last } };
        const grown = frontier.copy();
        await keepTiles(tx, grow(grown, leaves));
        const checkpoint = await sign(tx, signer, grown, last);
        return { count: leaves.length / HASH, last: lastEntry ?? after, checkpoint, edge: { frontier: grown, last: checkpoint } };
      });
      if (done !== 'busy') edge = done.edge;
      return done;
    } catch (cause) {
      // Whether it was committed is not known here; the database is.
      edge = undefined;
      throw cause;
    }
  }

  /** The tree as it stands, after having made sure that it is the one signed last, here and outside. */
  async function findEdge(tx: Transaction): Promise<Edge> {
    const last = await findLastCheckpoint(tx);
    if (edge?.last && last && edge.last.number === last.number && edge.last.root.equals(last.root)) return edge;
    if (edge?.last && (!last || last.number < edge.last.number)) {
      throw new LogRefused(`The database was rolled back: checkpoint ${edge.last.number} was signed and is not there any more.`);
    }
    if (last) await assertOwn(last);
    await assertNotRolledBack(tx, last, await outside.read());
    const size = last?.size ?? 0;
    const frontier = Frontier.of(size, await hashSubtrees(tx, peaksOf(size), size));
    if (last && !frontier.root().equals(last.root)) {
      throw new LogRefused(`The leaves of the log no longer give the root of checkpoint ${last.number}.`);
    }
    return { frontier, last };
  }

  async function assertOwn(last: RecordedCheckpoint): Promise<void> {
    const says = () => {
      const own = openOwnCheckpoint(keys as Keys, last.note);
      return own && own.size === last.size && own.root.equals(last.root);
    };
    if (says()) return;
    keys = await parts.openKeys();
    if (!says()) {
      throw new LogRefused(
        `Checkpoint ${last.number} is not signed by a key in keys.json: copy the file from the machine that signed it, or look for who wrote it.`,
      );
    }
  }

  async function assertNotRolledBack(
    tx: Transaction,
    last: RecordedCheckpoint | undefined,
    note: string | undefined,
  ): Promise<void> {
    if (note === undefined) return;
    const seen = openOwnCheckpoint(keys as Keys, note);
    if (!seen) throw new LogRefused(`The checkpoint kept in ${outside.path} is not signed by a key in keys.json.`);
    if (seen.size > (last?.size ?? 0)) {
      throw new LogRefused(
        `The database was rolled back: ${outside.path} keeps a checkpoint over ${seen.size} entries, the database one over ${last?.size ?? 0}.`,
      );
    }
    const then = Frontier.of(seen.size, await hashSubtrees(tx, peaksOf(seen.size), seen.size));
    if (!then.root().equals(seen.root)) {
      throw new LogRefused(`The first ${seen.size} entries of the log are not those of the checkpoint kept in ${outside.path}.`);
    }
  }
}

async function isAlone(tx: Transaction): Promise<boolean> {
  const { rows } = await sql<{ alone: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended('ledger sequencer', 0)) as alone`.execute(tx);
  return rows[0]?.alone ?? false;
}

/** Gives waiting entries the next positions, and answers their leaves one after another. The queue is emptied by the database. */
async function takeWaiting(tx: Transaction, size: number, after: string, limit: number) {
  const { rows } = await sql<{ leaves: Buffer | null; last: string | null }>`
    with taken as (
      insert into ledger_leaf (position, entry_id, leaf_hash)
      select ${size}::bigint + row_number() over (order by entry_id) - 1, entry_id, leaf_hash
        from (select entry_id, leaf_hash from ledger_waiting where entry_id > ${after}::uuid order by entry_id limit ${limit}) next
      returning position, entry_id, leaf_hash
    )
    select (select string_agg(leaf_hash, ''::bytea order by position) from taken) as leaves,
           (select entry_id from taken order by position desc limit 1) as last`.execute(tx);
  return { leaves: rows[0]?.leaves ?? Buffer.alloc(0), last: rows[0]?.last ?? undefined };
}

interface FullTile {
  readonly level: number;
  readonly number: number;
  readonly root: Buffer;
}

/** Adds the leaves, and answers the roots of the tiles that became full. */
function grow(frontier: Frontier, leaves: Buffer): FullTile[] {
  const tiles: FullTile[] = [];
  for (let at = 0; at < leaves.length; at += HASH) {
    frontier.add(leaves.subarray(at, at + HASH), (height, number, root) => {
      if (height % TILE_HEIGHT === 0) tiles.push({ level: height / TILE_HEIGHT - 1, number, root });
    });
  }
  return tiles;
}

async function keepTiles(tx: Transaction, tiles: readonly FullTile[]): Promise<void> {
  if (tiles.length === 0) return;
  await sql`insert into ledger_tile (level, number, root) select * from unnest(
    ${tiles.map((tile) => tile.level)}::smallint[], ${tiles.map((tile) => tile.number)}::bigint[], ${tiles.map((tile) => tile.root)}::bytea[])`.execute(
    tx,
  );
}

async function sign(
  tx: Transaction,
  signer: NoteSigner,
  frontier: Frontier,
  last: RecordedCheckpoint | undefined,
): Promise<RecordedCheckpoint> {
  const number = last ? last.number + 1 : 0;
  const root = frontier.root();
  const note = signNote(writeCheckpoint({ origin: signer.name, size: frontier.size, root }), signer);
  await sql`insert into ledger_key (name, public_key) values (${signer.name}, ${signer.publicKey}) on conflict do nothing`.execute(
    tx,
  );
  const { signed_at } = await tx
    .insertInto('ledger_checkpoint')
    .values({ number, size: frontier.size, root, note })
    .returning('signed_at')
    .executeTakeFirstOrThrow();
  return { number, size: frontier.size, root, note, signedAt: signed_at };
}

function isSignedBy({ note }: RecordedCheckpoint, signer: NoteSigner): boolean {
  return readNote(note)?.signatures.some(({ name, keyId }) => name === signer.name && keyId === keyIdOf(signer)) ?? false;
}
