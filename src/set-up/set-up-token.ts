import { sql } from 'kysely';
import type { Database, Transaction } from '#platform/database/connect.ts';
import { createSecret, hashSecret } from '#src/staff/secret-link.ts';

/** The keys beside the database are not those it was filled with. */
export class KeysDoNotFit extends Error {
  override readonly name = 'KeysDoNotFit';
}

/**
 * Notes which keys this installation runs with.
 *
 * @throws KeysDoNotFit when it was filled under other keys: its suppressed addresses would not be recognised any more.
 */
export async function recordInstance(tx: Transaction, keyFingerprint: string): Promise<void> {
  await tx
    .insertInto('instance')
    .values({ key_fingerprint: keyFingerprint })
    .onConflict((conflict) => conflict.column('only_one').doNothing())
    .execute();
  const { key_fingerprint: recorded } = await tx.selectFrom('instance').select('key_fingerprint').executeTakeFirstOrThrow();
  if (recorded !== keyFingerprint) {
    throw new KeysDoNotFit(
      `keys.json in the data folder (${keyFingerprint}) is not the one this database was filled with (${recorded}): put the right keys.json back.`,
    );
  }
}

/** A new secret for the set-up link, replacing the last one; undefined once set-up is done. */
export async function renewSetUpToken(tx: Transaction): Promise<string | undefined> {
  const { text, hash } = createSecret();
  const renewed = await tx
    .updateTable('instance')
    .set({ setup_token_hash: hash })
    .where('setup_completed_at', 'is', null)
    .executeTakeFirst();

  return renewed.numUpdatedRows > 0n ? text : undefined;
}

/** Whether this is the secret of the set-up link that works now. */
export async function isSetUpToken(db: Database, text: string): Promise<boolean> {
  const row = await selectOpen(db, text).executeTakeFirst();

  return row !== undefined;
}

/** Takes set-up for this transaction: false when the link does not work, or someone else was first. */
export async function closeSetUp(tx: Transaction, how: { token: string } | 'unattended'): Promise<boolean> {
  // Locked first: of two owners made at once the second waits, and then finds set-up done.
  const open = await (how === 'unattended' ? selectUndone(tx) : selectOpen(tx, how.token)).forUpdate().executeTakeFirst();
  if (!open) return false;
  await tx.updateTable('instance').set({ setup_completed_at: sql<Date>`now()`, setup_token_hash: null }).execute();

  return true;
}

function selectUndone(db: Database) {
  return db.selectFrom('instance').select('id').where('setup_completed_at', 'is', null);
}

function selectOpen(db: Database, text: string) {
  return selectUndone(db).where('setup_token_hash', '=', hashSecret(text));
}
