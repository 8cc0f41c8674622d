import { sql } from 'kysely';
import type { Transaction } from '#platform/database/connect.ts';
import { contactLock } from '#src/delivery/contact-lock.ts';
import type { ContactState } from './contact.ts';

/**
 * Takes a contact for this transaction, in the order in which erasing takes it (first the lock of its messages, then the
 * row): whoever settles something that may end in an erasure and started with its own row would wait in a circle with one.
 * Undefined when there is no such contact.
 */
export async function lockContact(tx: Transaction, contactId: string): Promise<ContactState | undefined> {
  await sql`select pg_advisory_xact_lock(${contactLock(contactId)})`.execute(tx);
  const row = await tx.selectFrom('contact').select('state').where('id', '=', contactId).forUpdate().executeTakeFirst();
  return row?.state as ContactState | undefined;
}
