import type { Database } from '#platform/database/connect.ts';
import { findLastCheckpoint } from './find-checkpoint.ts';
import { verifyConsistency } from './merkle.ts';
import { proveConsistency } from './prove-entry.ts';
import { LogDamaged, readTiles, WIDTH } from './tiles.ts';

/** What somebody holds a proof of: a leaf at its place, under a state of this log. */
export interface ClaimedPlace {
  readonly entryId: string | undefined;
  /** Undefined: whichever is there. */
  readonly leaf: Buffer | undefined;
  readonly position: number;
  readonly size: number;
  readonly root: Buffer;
}

export interface LogAnswer {
  /** The leaf that is at this place today. */
  readonly leafHere: Buffer | undefined;
  readonly hasLeaf: boolean;
  /** Whether today's log begins with the claimed one; false also when today's is shorter. */
  readonly beginsWithIt: boolean;
  readonly erased: boolean;
}

/** Holds what somebody has in their hands against the log as it is now. */
export async function askLog(db: Database, claim: ClaimedPlace): Promise<LogAnswer> {
  const [[leaf], last, erased] = await Promise.all([
    readTiles(db, [{ level: 0, number: Math.floor(claim.position / WIDTH), width: (claim.position % WIDTH) + 1 }]),
    findLastCheckpoint(db),
    claim.entryId === undefined
      ? undefined
      : db.selectFrom('ledger_erased').select('id').where('id', '=', claim.entryId).executeTakeFirst(),
  ]);
  const leafHere = leaf?.subarray(-32);

  return {
    leafHere,
    hasLeaf: leafHere !== undefined && (claim.leaf === undefined || leafHere.equals(claim.leaf)),
    beginsWithIt: last !== undefined && (await beginsWith(db, claim, last)),
    erased: erased !== undefined,
  };
}

async function beginsWith(db: Database, older: ClaimedPlace, newer: { size: number; root: Buffer }): Promise<boolean> {
  if (older.size > newer.size) return false;
  try {
    const proof = await proveConsistency(db, older.size, newer.size);
    return verifyConsistency({
      olderSize: older.size,
      newerSize: newer.size,
      olderRoot: older.root,
      newerRoot: newer.root,
      proof,
    });
  } catch (thrown) {
    if (thrown instanceof LogDamaged) return false;
    throw thrown;
  }
}
