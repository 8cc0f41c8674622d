import { sql } from 'kysely';
import type { Database } from '#platform/database/connect.ts';

/** By the clock: who was chosen for exports that nobody took in time. */
export async function forgetChosen(db: Database): Promise<void> {
  await sql`select forget_chosen()`.execute(db);
}
