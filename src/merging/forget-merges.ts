import { sql } from 'kysely';
import type { Database } from '#platform/database/connect.ts';

/** What two records were before they were united is kept for as long as they can be taken apart, and no day longer (Art. 5(1)(e)). */
export async function forgetMerges(db: Database): Promise<void> {
  await sql`update contact_merge set before = null where before is not null and undo_until < clock_timestamp()`.execute(db);
}
