import type { Selectable } from 'kysely';
import type { Database, Transaction } from '#platform/database/connect.ts';
import type { RetentionBatch } from '#platform/database/tables.ts';
import type { Counts } from '#platform/jobs/job.ts';
import type { RetentionRule } from '#src/purposes/purpose.ts';
import type { Batch, BatchMode, BatchState } from './retention.ts';

export function batchOf(row: Selectable<RetentionBatch>): Batch {
  return {
    id: row.id,
    purposeId: row.purpose_id,
    purposeVersion: row.purpose_version,
    rule: row.rule as unknown as RetentionRule,
    mode: row.mode as BatchMode,
    state: row.state as BatchState,
    revision: row.revision,
    people: row.people,
    data: row.data,
    excluded: row.excluded as Batch['excluded'],
    proposedAt: row.proposed_at,
    changedAt: row.changed_at,
    first: row.first_by && row.first_at ? { by: row.first_by, at: row.first_at } : undefined,
    second: row.second_by && row.second_at ? { by: row.second_by, at: row.second_at } : undefined,
    approvedAt: row.approved_at ?? undefined,
    counts: row.counts as Counts,
    finishedAt: row.finished_at ?? undefined,
  };
}

export async function findBatch(db: Database, id: string): Promise<Batch | undefined> {
  const row = await db.selectFrom('retention_batch').selectAll().where('id', '=', id).executeTakeFirst();
  return row && batchOf(row);
}

/** Takes a batch for this transaction, so that nothing joins it meanwhile. */
export async function lockBatch(tx: Transaction, id: string): Promise<Batch | undefined> {
  const row = await tx.selectFrom('retention_batch').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
  return row && batchOf(row);
}

/** Batches with something in them, newest first; those that wait for somebody before all others. */
export async function listBatches(db: Database, limit = 100): Promise<Batch[]> {
  const rows = await db
    .selectFrom('retention_batch')
    .selectAll()
    .where((where) => where.or([where('state', '<>', 'proposed'), where('people', '>', 0), where('data', '>', 0)]))
    .orderBy((order) => order.case().when('state', '=', 'proposed').then(0).when('state', '=', 'approved').then(1).else(2).end())
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(batchOf);
}
