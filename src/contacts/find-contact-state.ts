import type { Database } from '#platform/database/connect.ts';
import type { ContactState } from './contact.ts';

export async function findContactState(db: Database, contactId: string): Promise<ContactState | undefined> {
  const row = await db.selectFrom('contact').select('state').where('id', '=', contactId).executeTakeFirst();
  return row?.state as ContactState | undefined;
}
