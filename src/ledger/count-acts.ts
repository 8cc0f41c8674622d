import { sql } from 'kysely';
import type { Database } from '#platform/database/connect.ts';

export interface ActsOfDay {
  /** `2026-11-23`, in the time zone asked for. */
  readonly day: string;
  readonly given: number;
  readonly withdrawn: number;
  readonly refused: number;
}

/** Consents given, withdrawn and refused on each of the last `days` days, oldest first, days without any included. */
export async function countActsByDay(db: Database, days: number, timeZone: string): Promise<ActsOfDay[]> {
  // Entry ids begin with the time (RFC 9562 v7), so the primary key finds the last days without an index of its own.
  const { rows } = await sql<ActsOfDay>`
    with spans as (
      select d::date as day from generate_series((now() at time zone ${timeZone})::date - ${days - 1}::int, (now() at time zone ${timeZone})::date, '1 day') d
    ), acts as (
      select (occurred_at at time zone ${timeZone})::date as day, kind from ledger_entry
       where id >= (lpad(to_hex(((extract(epoch from now()) - ${days} * 86400) * 1000)::bigint), 12, '0') || '00000000000000000000')::uuid
         and kind in ('consent-given', 'consent-renewed', 'consent-withdrawn', 'consent-refused')
    )
    select to_char(s.day, 'YYYY-MM-DD') as day,
           count(*) filter (where a.kind in ('consent-given', 'consent-renewed'))::int as given,
           count(*) filter (where a.kind = 'consent-withdrawn')::int as withdrawn,
           count(*) filter (where a.kind = 'consent-refused')::int as refused
      from spans s left join acts a on a.day = s.day
     group by s.day order by s.day`.execute(db);

  return rows;
}
