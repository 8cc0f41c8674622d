import type { Database } from '#platform/database/connect.ts';

/** Keys of the fields that serve a purpose in use: the database lets nobody fill in another. */
export async function servedFields(db: Database): Promise<ReadonlySet<string>> {
  const rows = await db.selectFrom('field_purpose').select('key').distinct().execute();
  return new Set(rows.flatMap(({ key }) => key ?? []));
}
