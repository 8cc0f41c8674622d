import type { Database } from '#platform/database/connect.ts';

/** Whether anyone has ever given consent. */
export async function hasGivenConsent(db: Database): Promise<boolean> {
  const row = await db
    .selectFrom('permission_state')
    .select('contact_id')
    .where('register', '=', 'consent')
    .where('kind', '<>', 'consent-refused')
    .limit(1)
    .executeTakeFirst();

  return row !== undefined;
}
