import { sql } from 'kysely';
import type { Transaction } from '#platform/database/connect.ts';

/** The owner of an address has answered a message sent to it: the address is theirs, and the contact is more than a typed string. */
export async function confirmContact(tx: Transaction, contactId: string, pointId: string): Promise<void> {
  await tx
    .updateTable('contact')
    .set({ state: 'active' })
    .where('id', '=', contactId)
    .where('state', '=', 'unconfirmed')
    .execute();
  await tx
    .updateTable('contact_point')
    .set({ verified_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', pointId)
    .where('contact_id', '=', contactId)
    .where('verified_at', 'is', null)
    .execute();
}
