import type { Database } from '#platform/database/connect.ts';

/**
 * Where the contact's mail goes, and since when; undefined when there is no such contact, or no address. Of one that went up in
 * another, where it went until then: whoever got a link there still reads it there.
 */
export async function findPrimaryEmail(
  db: Database,
  contactId: string,
): Promise<{ pointId: string; address: string; since: Date } | undefined> {
  const row = await db
    .selectFrom('contact_point')
    .select(['id', 'normalised', 'created_at'])
    .where('kind', '=', 'email')
    .where((point) =>
      point.or([
        point.and([point('contact_id', '=', contactId), point('is_primary', '=', true)]),
        point('came_from', '=', contactId),
      ]),
    )
    .orderBy((point) => point.and([point('contact_id', '=', contactId), point('is_primary', '=', true)]), 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && { pointId: row.id, address: row.normalised, since: row.created_at };
}
