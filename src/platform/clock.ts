import { sql } from 'kysely';
import type { Database } from '#platform/database/connect.ts';

/**
 * The database's clock, to the millisecond: the one clock all processes share, so legal facts are dated by it. Within a
 * transaction it keeps running, unlike now().
 */
export async function databaseNow(db: Database): Promise<Date> {
  const { rows } = await sql<{ at: Date }>`select clock_timestamp()::timestamptz(3) as at`.execute(db);
  const row = rows[0];
  if (!row) throw new Error('the database did not tell the time');
  return row.at;
}
