import type { Keys } from '#platform/crypto/keys.ts';
import { writeVkey } from '#platform/crypto/signed-note.ts';
import type { Database } from '#platform/database/connect.ts';
import { findLastCheckpoint } from './find-checkpoint.ts';
import { openOwnCheckpoint } from './log-keys.ts';
import { proveInclusion } from './prove-entry.ts';
import { LogDamaged } from './tiles.ts';
import { writeTlogProof } from './tlog-proof.ts';

/**
 * That a leaf has its place in the log, whether or not anybody can still say what it stands for: erased people's leaves stay.
 * Undefined while it waits for its place.
 *
 * @throws LogDamaged
 */
export async function proveLeaf(
  db: Database,
  keys: Keys,
  entryId: string,
): Promise<{ tlogProof: string; vkey: string } | undefined> {
  const leaf = await db.selectFrom('ledger_leaf').select('position').where('entry_id', '=', entryId).executeTakeFirst();
  const checkpoint = leaf && (await findLastCheckpoint(db));
  const position = Number(leaf?.position);
  if (!checkpoint || checkpoint.size <= position) return undefined;
  const own = openOwnCheckpoint(keys, checkpoint.note);
  if (!own) throw new LogDamaged(`checkpoint ${checkpoint.number} is not signed by this installation`);
  const proof = await proveInclusion(db, position, checkpoint.size);
  return { tlogProof: writeTlogProof({ position, proof, checkpoint: checkpoint.note }), vkey: writeVkey(own.key) };
}
