import type { Database } from '#platform/database/connect.ts';
import type { PointKind } from './addresses.ts';

/** What each of a contact's addresses is recognised by; of one that went up in another, its main ones too. */
export async function findAddressKeys(db: Database, contactId: string): Promise<{ kind: PointKind; matchKey: string }[]> {
  const rows = await db
    .selectFrom('contact_point')
    .select(['kind', 'match_key'])
    .where((point) => point.or([point('contact_id', '=', contactId), point('came_from', '=', contactId)]))
    .orderBy('id')
    .execute();
  return rows.map((row) => ({ kind: row.kind as PointKind, matchKey: row.match_key }));
}
