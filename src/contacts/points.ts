import { sql } from 'kysely';
import { AppError } from '#platform/app-error.ts';
import type { Keys } from '#platform/crypto/keys.ts';
import type { Transaction } from '#platform/database/connect.ts';
import type { Address, PointKind } from './addresses.ts';

/**
 * Adds the contact's primary address of a kind.
 *
 * @throws AppError 409 `address-taken` with `contactId`: one e-mail address is one contact
 */
export async function addPoint(
  tx: Transaction,
  keys: Keys,
  point: { contactId: string; kind: PointKind; address: Address; provenanceIds: readonly string[] },
): Promise<string> {
  if (point.kind === 'email') await refuseTaken(tx, point.address.matchKey);
  const row = await tx
    .insertInto('contact_point')
    .values({
      contact_id: point.contactId,
      kind: point.kind,
      original: point.address.original,
      normalised: point.address.normalised,
      match_key: point.address.matchKey,
      match_hash: keys.matchHash(point.kind, point.address.matchKey),
      provenance_ids: [...point.provenanceIds],
      // Not the start of the transaction: what was asked of the address before it stays older than this one.
      created_at: sql<Date>`clock_timestamp()`,
    })
    // Another process may have added the same address a moment ago; its index answers, not ours.
    .onConflict((conflict) => conflict.column('match_key').where('kind', '=', 'email').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!row) throw new AppError('address-taken', { status: 409 });
  return row.id;
}

async function refuseTaken(tx: Transaction, matchKey: string): Promise<void> {
  const taken = await tx
    .selectFrom('contact_point')
    .select('contact_id')
    .where('kind', '=', 'email')
    .where('match_key', '=', matchKey)
    .executeTakeFirst();
  if (taken) throw new AppError('address-taken', { status: 409, members: { contactId: taken.contact_id } });
}
