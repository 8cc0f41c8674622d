import type { Database } from '#platform/database/connect.ts';

/**
 * Of these contacts, those a message waits for or is being handed over to: whoever has none can be sent none that was allowed
 * before.
 */
export async function findAddressees(db: Database, contactIds: readonly string[]): Promise<string[]> {
  if (contactIds.length === 0) return [];
  const rows = await db
    .selectFrom('delivery')
    .select('contact_id')
    .distinct()
    .where('contact_id', 'in', [...contactIds])
    .where('status', 'in', ['queued', 'attempting'])
    .execute();
  return rows.map((row) => row.contact_id);
}
