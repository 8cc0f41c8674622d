import type { Database } from '#platform/database/connect.ts';
import { displayName } from './contact.ts';

/** What to call these contacts where they are only mentioned. */
export async function namesOfContacts(db: Database, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('contact')
    .select(['id', 'given_name', 'family_name', 'primary_email'])
    .where('id', 'in', [...new Set(ids)])
    .execute();

  return new Map(rows.map((row) => [row.id, displayName(row)]));
}
