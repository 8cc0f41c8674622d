import { sql } from 'kysely';
import type { Database, Transaction } from '#platform/database/connect.ts';
import { listPurposes } from '#src/purposes/find-purpose.ts';
import type { Purpose } from '#src/purposes/purpose.ts';
import { SWEEP_JOB } from './sweep-retention.ts';

export interface Rules {
  readonly rules: readonly {
    readonly purpose: Purpose;
    readonly automatic: boolean;
    readonly due: { readonly people: number; readonly data: number };
  }[];
  readonly secondPersonAbove: number;
  readonly sweptAt: Date | undefined;
  readonly sweepJobId: string | undefined;
}

/** The rule of each purpose, how it is carried out, and how much is due by it that nobody has dealt with. */
export async function listRules(db: Database): Promise<Rules> {
  const purposes = await listPurposes(db, { includeArchived: true });
  const { rows } = await sql<{ id: string; automatic: boolean; people: number; data: number }>`
    select p.id, is_automatic(p.id) as automatic, coalesce(sum(b.people), 0)::int as people, coalesce(sum(b.data), 0)::int as data
      from purpose p left join retention_batch b on b.purpose_id = p.id and b.state <> 'done' group by p.id`.execute(db);
  const setting = await db.selectFrom('retention_setting').select('second_person_above').executeTakeFirstOrThrow();
  const sweep = await db.selectFrom('retention_sweep').select('swept_at').executeTakeFirstOrThrow();
  const job = await db
    .selectFrom('job')
    .select('id')
    .where('kind', '=', SWEEP_JOB)
    .where('finished_at', 'is', null)
    .executeTakeFirst();
  const byId = new Map(rows.map((row) => [row.id, row]));
  return {
    rules: purposes.map((purpose) => {
      const row = byId.get(purpose.id);
      return { purpose, automatic: row?.automatic ?? false, due: { people: row?.people ?? 0, data: row?.data ?? 0 } };
    }),
    secondPersonAbove: setting.second_person_above,
    sweptAt: sweep.swept_at ?? undefined,
    sweepJobId: job?.id,
  };
}

export async function saveSecondPersonAbove(tx: Transaction, above: number, decidedBy: string): Promise<void> {
  await tx
    .updateTable('retention_setting')
    .set({ second_person_above: above, decided_by: decidedBy, decided_at: sql<Date>`now()` })
    .execute();
}

export interface Forecast {
  readonly sweptAt: Date | undefined;
  readonly months: readonly {
    readonly month: string;
    readonly purposeId: string;
    readonly people: number;
    readonly data: number;
  }[];
}

/** How many will be due in each month from this one on, as the last sweep found it. */
export async function findForecast(db: Database): Promise<Forecast> {
  const { rows } = await sql<{ month: string; purpose_id: string; people: number; data: number }>`
    select month::text, purpose_id, people, data from retention_forecast
     where month >= date_trunc('month', now()) order by month, purpose_id`.execute(db);
  const sweep = await db.selectFrom('retention_sweep').select('swept_at').executeTakeFirstOrThrow();
  return {
    sweptAt: sweep.swept_at ?? undefined,
    months: rows.map(({ purpose_id: purposeId, ...month }) => ({ ...month, purposeId })),
  };
}
