import type { Database } from '#platform/database/connect.ts';

/** Where the contact's mail goes, and since when; undefined when there is no such contact, or no address. */
export async function findPrimaryEmail(
  db: Database,
  contactId: string,
): Promise<{ pointId: string; address: string; since: Date } | undefined> {
  const row = await db
    .selectFrom('contact_point')
    .select(['id', 'normalised', 'created_at'])
    .where('contact_id', '=', contactId)
    .where('kind', '=', 'email')
    .where('is_primary', '=', true)
    .executeTakeFirst();
  return row && { pointId: row.id, address: row.normalised, since: row.created_at };
}
