import { type Database, inTransaction } from '#platform/database/connect.ts';
import { eraseContact } from '#src/erasure/erase-contact.ts';
import { listDemoContacts } from './list-demo-contacts.ts';

/**
 * Erases everyone of the demo, as any person is erased; returns how many. The firm's purposes, its form and the controller
 * stay: somebody may have begun to use them.
 */
export async function purgeDemo(db: Database): Promise<number> {
  const ids = await listDemoContacts(db);
  for (const contactId of ids) await inTransaction(db, (tx) => eraseContact(tx, { contactId, reason: 'staff' }));
  return ids.length;
}
