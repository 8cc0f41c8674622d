import { sql } from 'kysely';
import { type Database, inTransaction, type Transaction } from '#platform/database/connect.ts';
import type { JobKind } from '#platform/jobs/run-jobs.ts';
import type { Services } from '#src/services.ts';
import type { Right } from '#src/staff/rights.ts';
import type { Outcome } from './export.ts';

export const COUNTING = 'export-count';
/** Parts, of a hundred people each, asked about in one question. */
const PARTS_AT_ONCE = 100;

/** Asks the gate about everyone chosen, at once. */
export async function countExport(tx: Transaction, id: string): Promise<void> {
  let counted: Outcome = {};
  for (let first = 0, last = await lastPart(tx, id); first <= last; first += PARTS_AT_ONCE) {
    counted = added(counted, await countParts(tx, id, first));
  }
  await keepCounted(tx, id, counted);
}

/** The same as long work. */
export const countingExports: JobKind<Services, Right> = {
  kind: COUNTING,
  right: 'contacts.export',
  async run({ db }, job) {
    const id = job.subjectId ?? '';
    const last = await lastPart(db, id);
    let first = typeof job.cursor === 'number' ? job.cursor : 0;
    let counts: Outcome = job.counts;
    while (first <= last) {
      if (!job.mayGoOn()) return 'interrupted';
      const more = await countParts(db, id, first);
      counts = added(counts, more);
      first += PARTS_AT_ONCE;
      const isLast = first > last;
      await inTransaction(db, async (tx) => {
        if (isLast) await keepCounted(tx, id, counts);
        await job.checkpoint(tx, { done: total(counts), cursor: first, counts });
      });
    }
    return 'done';
  },
};

async function countParts(db: Database, id: string, first: number): Promise<Outcome> {
  const { rows } = await sql<{ counts: Outcome }>`
    select count_export_parts(${id}::uuid, ${first}, ${first + PARTS_AT_ONCE - 1}) as counts`.execute(db);
  return rows[0]?.counts ?? {};
}

/** Number of the last part; -1 when nobody was chosen. */
export async function lastPart(db: Database, id: string): Promise<number> {
  const { rows } = await sql<{
    no: number | null;
  }>`select max(no) as no from bulk_export_part where export_id = ${id}::uuid`.execute(db);
  return rows[0]?.no ?? -1;
}

async function keepCounted(tx: Transaction, id: string, counted: Outcome): Promise<void> {
  await sql`update bulk_export set counted = ${JSON.stringify(counted)}::jsonb, counted_at = now() where id = ${id}::uuid`.execute(
    tx,
  );
}

function added(one: Outcome, other: Outcome): Outcome {
  const sum: Record<string, number> = { ...one };
  for (const [reason, people] of Object.entries(other)) sum[reason] = (sum[reason] ?? 0) + people;
  return sum;
}

function total(counts: Outcome): number {
  return Object.values(counts).reduce((sum, people) => sum + people, 0);
}
