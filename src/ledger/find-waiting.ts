import { sql } from 'kysely';
import type { Database } from '#platform/database/connect.ts';

export interface Waiting {
  /** Entries that have no place in the log yet. */
  readonly entries: number;
  /** Since when the oldest waits, in seconds; 0 when none does. */
  readonly oldestSeconds: number;
}

export async function findWaiting(db: Database): Promise<Waiting> {
  const { rows } = await sql<{ entries: number; seconds: number | null }>`
    select count(*)::int as entries, extract(epoch from clock_timestamp() - min(appended_at))::float8 as seconds from ledger_waiting`.execute(
    db,
  );
  return { entries: rows[0]?.entries ?? 0, oldestSeconds: Math.max(0, rows[0]?.seconds ?? 0) };
}
