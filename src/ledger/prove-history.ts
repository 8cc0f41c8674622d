import { sql } from 'kysely';
import type { Keys } from '#platform/crypto/keys.ts';
import { writeVkey } from '#platform/crypto/signed-note.ts';
import type { Database } from '#platform/database/connect.ts';
import { findLastCheckpoint } from './find-checkpoint.ts';
import { listEntriesOf, type RecordedEntry } from './find-entry.ts';
import { canonicalEntry, entryKey } from './leaf.ts';
import { openOwnCheckpoint } from './log-keys.ts';
import { inclusionRuns } from './merkle.ts';
import { hashRuns, LogDamaged } from './tiles.ts';

/** All of a contact's entries, oldest first, each proven against one and the same checkpoint. */
export interface ProvenHistory {
  readonly outcome: 'proven';
  readonly origin: string;
  readonly size: number;
  readonly checkpoint: string;
  readonly checkpointSignedAt: Date;
  readonly vkey: string;
  readonly entries: readonly {
    readonly entry: RecordedEntry;
    readonly canonical: string;
    readonly entryKey: Buffer;
    readonly position: number;
    readonly inclusion: readonly Buffer[];
  }[];
}

/** More entries than a person ever has; what is longer is not cut off but refused. */
const MOST = 100_000;

/**
 * Proves everything the ledger says of a contact. `not-yet` while an entry still waits for its place (seconds).
 *
 * @throws LogDamaged when the log contradicts itself or its last checkpoint is not ours.
 */
export async function proveHistory(
  db: Database,
  keys: Keys,
  contactId: string,
): Promise<ProvenHistory | { readonly outcome: 'not-yet' | 'unknown' }> {
  const { rows } = await sql<{ salt: Buffer }>`select salt from ledger_salt where contact_id = ${contactId}::uuid`.execute(db);
  const [salted] = rows;
  if (!salted) return { outcome: 'unknown' };
  const entries = (await listEntriesOf(db, contactId, MOST + 1)).reverse();
  if (entries.length > MOST) throw new RangeError('this history is too long to be proven at once');
  const places = await db
    .selectFrom('ledger_leaf')
    .select(['entry_id', 'position'])
    .where((eb) => eb('entry_id', '=', eb.fn.any(eb.val(entries.map(({ id }) => id)))))
    .execute();
  const positions = new Map(places.map(({ entry_id, position }) => [entry_id, Number(position)]));
  const checkpoint = await findLastCheckpoint(db);
  const placed = entries.flatMap((entry) => {
    const position = positions.get(entry.id);
    return position !== undefined && checkpoint !== undefined && position < checkpoint.size ? [{ entry, position }] : [];
  });
  if (!checkpoint || placed.length < entries.length) return { outcome: 'not-yet' };
  const own = openOwnCheckpoint(keys, checkpoint.note);
  if (!own) throw new LogDamaged(`checkpoint ${checkpoint.number} is not signed by this installation`);

  const runs = placed.map(({ position }) => inclusionRuns(position, checkpoint.size));
  const hashes = await hashRuns(db, runs.flat(), checkpoint.size);
  let at = 0;
  return {
    outcome: 'proven',
    origin: own.origin,
    size: checkpoint.size,
    checkpoint: checkpoint.note,
    checkpointSignedAt: checkpoint.signedAt,
    vkey: writeVkey(own.key),
    entries: placed.map(({ entry, position }, index) => {
      const inclusion = hashes.slice(at, at + (runs[index]?.length ?? 0));
      at += inclusion.length;
      return { entry, canonical: canonicalEntry(entry), entryKey: entryKey(salted.salt, entry.id), position, inclusion };
    }),
  };
}
