import { sql } from 'kysely';
import type { Keys } from '#platform/crypto/keys.ts';
import { writeVkey } from '#platform/crypto/signed-note.ts';
import type { Database } from '#platform/database/connect.ts';
import { findLastCheckpoint, findLastCosignedCheckpoint } from './find-checkpoint.ts';
import { findEntry } from './find-entry.ts';
import { canonicalEntry, entryKey } from './leaf.ts';
import { openOwnCheckpoint } from './log-keys.ts';
import { consistencyRuns, inclusionRuns } from './merkle.ts';
import { hashRuns, LogDamaged } from './tiles.ts';
import { writeTlogProof } from './tlog-proof.ts';

/** Everything that proves one entry to somebody who trusts nothing but the log's public key. */
export interface EntryProof {
  readonly outcome: 'proven';
  readonly entryId: string;
  /** What the entry says: RFC 8785 canonical JSON, the very bytes that are committed to. */
  readonly canonical: string;
  /** Key of this entry alone: with `canonical` it gives the leaf, and it opens no other. */
  readonly entryKey: Buffer;
  readonly leafHash: Buffer;
  /** Place in the log, from 0. */
  readonly position: number;
  readonly size: number;
  readonly root: Buffer;
  /** Hashes from the leaf up to the root. */
  readonly inclusion: readonly Buffer[];
  /** The signed checkpoint, a C2SP note, with the cosignatures of witnesses where there are any. */
  readonly checkpoint: string;
  readonly checkpointSignedAt: Date;
  /** The key that signed it, as a C2SP verifier key. */
  readonly vkey: string;
  /** Position, inclusion proof and checkpoint as a C2SP tlog-proof. */
  readonly tlogProof: string;
}

/** Why there is no proof: the entry is waiting for its place (seconds), its person was erased, or it never was. */
export type ProofOutcome = EntryProof | { readonly outcome: 'not-yet' | 'erased' | 'unknown' };

/**
 * Proves an entry against the newest checkpoint that covers it; one that witnesses have signed is preferred.
 *
 * @throws LogDamaged when the log contradicts itself or its last checkpoint is not ours.
 */
export async function proveEntry(db: Database, keys: Keys, entryId: string): Promise<ProofOutcome> {
  const found = await findForProof(db, entryId);
  if (!found) {
    const erased = await db.selectFrom('ledger_erased').select('id').where('id', '=', entryId).executeTakeFirst();
    return { outcome: erased ? 'erased' : 'unknown' };
  }
  const { entry, salt, position } = found;
  const checkpoint = position === undefined ? undefined : await checkpointFor(db, position);
  if (position === undefined || !checkpoint) return { outcome: 'not-yet' };
  const own = openOwnCheckpoint(keys, checkpoint.note);
  if (!own) throw new LogDamaged(`checkpoint ${checkpoint.number} is not signed by this installation`);
  const inclusion = await proveInclusion(db, position, checkpoint.size);

  return {
    outcome: 'proven',
    entryId,
    canonical: canonicalEntry(entry),
    entryKey: entryKey(salt, entryId),
    leafHash: entry.leafHash,
    position,
    size: checkpoint.size,
    root: checkpoint.root,
    inclusion,
    checkpoint: checkpoint.note,
    checkpointSignedAt: checkpoint.signedAt,
    vkey: writeVkey(own.key),
    tlogProof: writeTlogProof({ position, proof: inclusion, checkpoint: checkpoint.note }),
  };
}

/** That the leaf at `position` is in the log of `size` leaves (RFC 6962 §2.1.1). @throws LogDamaged */
export function proveInclusion(db: Database, position: number, size: number): Promise<Buffer[]> {
  return hashRuns(db, inclusionRuns(position, size), size);
}

/** That the log of `newer` leaves begins with the one of `older` (RFC 6962 §2.1.2). @throws LogDamaged */
export function proveConsistency(db: Database, older: number, newer: number): Promise<Buffer[]> {
  return hashRuns(db, consistencyRuns(older, newer), newer);
}

async function checkpointFor(db: Database, position: number) {
  const cosigned = await findLastCosignedCheckpoint(db);
  if (cosigned && cosigned.size > position) return cosigned;
  const last = await findLastCheckpoint(db);
  return last && last.size > position ? last : undefined;
}

async function findForProof(db: Database, entryId: string) {
  const entry = await findEntry(db, entryId);
  if (!entry) return undefined;
  const { rows } = await sql<{ salt: Buffer; position: string | null }>`
    select salt, (select position from ledger_leaf where entry_id = ${entryId}::uuid) as position
      from ledger_salt where contact_id = ${entry.contactId}::uuid`.execute(db);
  const [row] = rows;
  return row && { entry, salt: row.salt, position: row.position === null ? undefined : Number(row.position) };
}
