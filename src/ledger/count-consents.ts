import { sql } from 'kysely';
import type { Database } from '#platform/database/connect.ts';

export const trendUnits = ['day', 'week', 'month'] as const;
export type TrendUnit = (typeof trendUnits)[number];

export interface Counts {
  readonly given: number;
  readonly renewed: number;
  readonly refused: number;
  readonly withdrawn: number;
  readonly expired: number;
}

export interface TrendQuery {
  /** Days, as 2026-11-23, both included, by the clock of the time zone. */
  readonly from: string;
  readonly to: string;
  readonly unit: TrendUnit;
  readonly timeZone: string;
  readonly purposeId?: string | undefined;
  readonly channel?: string | undefined;
}

export interface Trend {
  /** One after another, those without any included; `start` is the first day of the day, week or month. */
  readonly periods: readonly (Counts & { readonly start: string })[];
  readonly byPurpose: readonly (Counts & { readonly purposeId: string; readonly channel: string })[];
}

/**
 * How consent went, by the time it happened. Answered from the index over that time alone (migration 0023): it costs what
 * the period holds, however old the ledger is.
 */
export async function countConsents(db: Database, query: TrendQuery): Promise<Trend> {
  const { from, to, unit, timeZone, purposeId, channel } = query;
  const starts = periodsOf(from, to, unit);
  const within = purposeId ? sql`and purpose_id = ${purposeId}::uuid` : sql``;
  const on = channel ? sql`and channel = ${channel}` : sql``;
  // Looking a moment up among the beginnings is a third of the work of turning each into a day of the company's.
  const { rows } = await sql<Counts & { period: number | null; purpose_id: string | null; channel: string | null }>`
    with acts as materialized (
      select width_bucket(occurred_at, (select array_agg(day::date::timestamp at time zone ${timeZone} order by day) from unnest(${starts}::text[]) day)) as period,
             purpose_id, channel, kind, count(*) as n
        from ledger_entry
       where kind in ('consent-given', 'consent-renewed', 'consent-refused', 'consent-withdrawn', 'consent-expired')
         and occurred_at >= (${from}::date::timestamp at time zone ${timeZone})
         and occurred_at < ((${to}::date + 1)::timestamp at time zone ${timeZone}) ${within} ${on}
       group by 1, 2, 3, 4
    )
    select period, purpose_id, channel,
           coalesce(sum(n) filter (where kind = 'consent-given'), 0)::int as given,
           coalesce(sum(n) filter (where kind = 'consent-renewed'), 0)::int as renewed,
           coalesce(sum(n) filter (where kind = 'consent-refused'), 0)::int as refused,
           coalesce(sum(n) filter (where kind = 'consent-withdrawn'), 0)::int as withdrawn,
           coalesce(sum(n) filter (where kind = 'consent-expired'), 0)::int as expired
      from acts group by grouping sets ((period), (purpose_id, channel))`.execute(db);
  const found = new Map(rows.map((row) => [row.period, row]));
  return {
    periods: starts.map((start, at) => ({ start, ...countsOf(found.get(at + 1)) })),
    byPurpose: rows.flatMap((row) =>
      row.period === null && row.purpose_id && row.channel
        ? [{ purposeId: row.purpose_id, channel: row.channel, ...countsOf(row) }]
        : [],
    ),
  };
}

function countsOf(row: Counts | undefined): Counts {
  const { given = 0, renewed = 0, refused = 0, withdrawn = 0, expired = 0 } = row ?? {};
  return { given, renewed, refused, withdrawn, expired };
}

/** First days of the days, weeks (from Monday) or months from one day to another. */
export function periodsOf(from: string, to: string, unit: TrendUnit): string[] {
  const last = Temporal.PlainDate.from(to);
  let day = Temporal.PlainDate.from(from);
  if (unit === 'week') day = day.subtract({ days: day.dayOfWeek - 1 });
  if (unit === 'month') day = day.with({ day: 1 });
  const starts: string[] = [];
  while (Temporal.PlainDate.compare(day, last) <= 0) {
    starts.push(day.toString());
    day = day.add(unit === 'day' ? { days: 1 } : unit === 'week' ? { weeks: 1 } : { months: 1 });
  }
  return starts;
}
