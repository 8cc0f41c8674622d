import { sql } from 'kysely';
import { databaseNow } from '#platform/clock.ts';
import { type Database, inTransaction, type Transaction } from '#platform/database/connect.ts';
import type { JobKind } from '#platform/jobs/run-jobs.ts';
import type { Services } from '#src/services.ts';
import type { Right } from '#src/staff/rights.ts';
import { countCoverage } from './count-coverage.ts';
import type { CoverageFigures } from './coverage.ts';

export interface CountedCoverage {
  readonly figures: CoverageFigures;
  readonly countedAt: Date;
}

/** A count that took longer is not made while somebody waits for it. */
const QUICK_MS = 2_000;
/** Who asks again within this gets the same count. */
const KEPT_MS = 5_000;

const counting = new WeakMap<Database, { count: Promise<CountedCoverage>; until: number }>();

/** The coverage: counted now where that is quick, otherwise as it was counted last, with the time told. */
export async function findCoverage(db: Database): Promise<CountedCoverage> {
  const kept = await db.selectFrom('coverage_count').selectAll().executeTakeFirst();
  if (kept && kept.took_ms > QUICK_MS) {
    return { figures: kept.figures as unknown as CoverageFigures, countedAt: kept.counted_at };
  }
  const held = counting.get(db);
  if (held && held.until > Date.now()) return held.count;
  // Whoever asks while it is counted waits for the same count.
  const one = { count: countNow(db), until: Number.POSITIVE_INFINITY };
  counting.set(db, one);
  try {
    return await one.count;
  } finally {
    one.until = Date.now() + KEPT_MS;
  }
}

async function countNow(db: Database): Promise<CountedCoverage> {
  const countedAt = await databaseNow(db);
  return { figures: await countCoverage(db), countedAt };
}

/** Counts, and keeps the count for whoever asks. */
export async function keepCoverage(db: Database): Promise<void> {
  await inTransaction(db, countAndKeep);
}

async function countAndKeep(tx: Transaction): Promise<CoverageFigures> {
  const began = performance.now();
  const figures = await countCoverage(tx);
  await sql`
    insert into coverage_count (figures, took_ms) values (${JSON.stringify(figures)}::jsonb, ${Math.round(performance.now() - began)})
    on conflict (only_one) do update set figures = excluded.figures, took_ms = excluded.took_ms, counted_at = clock_timestamp()`.execute(
    tx,
  );
  return figures;
}

/** Counts at once because somebody wants to see what their repair did, where counting takes longer than they would wait. */
export const countCoverageJob: JobKind<Services, Right> = {
  kind: 'count-coverage',
  right: 'contacts.read',
  async run({ db }, job) {
    await inTransaction(db, async (tx) => {
      const { total } = await countAndKeep(tx);
      await job.checkpoint(tx, { done: total.data, total: total.data, cursor: null });
    });
    return 'done';
  },
};
