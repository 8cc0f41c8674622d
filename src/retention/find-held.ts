import { sql } from 'kysely';
import type { Database } from '#platform/database/connect.ts';

/** Who of these people is on hold. */
export async function findHeld(db: Database, contactIds: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ contact_id: string }>`
    select distinct contact_id from retention_hold h where contact_id = any(${contactIds}::uuid[]) and is_hold_standing(h)`.execute(
    db,
  );
  return new Set(rows.map((row) => row.contact_id));
}
