import type { Database } from '#platform/database/connect.ts';

/** Whether people can subscribe somewhere. */
export async function hasPublishedForm(db: Database): Promise<boolean> {
  const row = await db
    .selectFrom('form')
    .select('id')
    .where('published_version_id', 'is not', null)
    .where('archived_at', 'is', null)
    .limit(1)
    .executeTakeFirst();

  return row !== undefined;
}
