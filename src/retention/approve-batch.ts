import { sql } from 'kysely';
import { AppError, notFound } from '#platform/app-error.ts';
import type { Database, Transaction } from '#platform/database/connect.ts';
import { findJobOf, startJob } from '#platform/jobs/start-job.ts';
import { BATCH_JOB } from './execute-batch.ts';
import { lockBatch } from './queries.ts';
import type { Batch } from './retention.ts';

/** What whoever approves has seen. */
export interface Approval {
  readonly id: string;
  readonly revision: number;
  /** Typed, so that nobody agrees to a number they have not read. */
  readonly people: number;
  readonly staffId: string;
}

/**
 * Agrees that a batch is carried out as it was seen. Where there are many people the first agreement waits for a second
 * person's; the last one starts the work. The database holds everybody to it.
 *
 * @throws AppError 404; 409 `batch-not-proposed`, `batch-changed`; 403 `second-approver-needed` when it is one's own again
 */
export async function approveBatch(tx: Transaction, approval: Approval): Promise<'approved' | 'second-needed'> {
  const batch = await lockBatch(tx, approval.id);
  if (!batch) throw notFound();
  if (batch.state !== 'proposed' || batch.mode !== 'approval' || batch.people + batch.data === 0) {
    throw new AppError('batch-not-proposed', { status: 409 });
  }
  if (batch.revision !== approval.revision || batch.people !== approval.people)
    throw new AppError('batch-changed', { status: 409 });
  if (batch.first?.by === approval.staffId) throw new AppError('second-approver-needed', { status: 403 });

  const isLast = batch.first !== undefined || !(await needsTwo(tx, batch));
  const place = batch.first
    ? sql`second_by = ${approval.staffId}::uuid, second_at = clock_timestamp()`
    : sql`first_by = ${approval.staffId}::uuid, first_at = clock_timestamp()`;
  await sql`update retention_batch set ${place} where id = ${batch.id}::uuid`.execute(tx);
  if (!isLast) return 'second-needed';
  await sql`update retention_batch set state = 'approved', approved_at = clock_timestamp() where id = ${batch.id}::uuid`.execute(
    tx,
  );
  await startBatch(tx, batch, approval.staffId);
  return 'approved';
}

/** Goes on with an approved batch whose work was stopped. */
export async function resumeBatch(tx: Transaction, id: string, staffId: string): Promise<void> {
  const batch = await lockBatch(tx, id);
  if (!batch) throw notFound();
  const job = batch.state === 'approved' ? await findJobOf(tx, BATCH_JOB, id) : undefined;
  if (!job?.finishedAt) throw new AppError('batch-not-stopped', { status: 409 });
  await startBatch(tx, batch, staffId);
}

async function startBatch(tx: Transaction, batch: Batch, staffId: string): Promise<void> {
  const total = batch.people + batch.data;
  await startJob(tx, { kind: BATCH_JOB, subjectId: batch.id, total, requestedBy: { kind: 'staff', id: staffId } });
}

export async function needsTwo(db: Database, batch: Pick<Batch, 'people'>): Promise<boolean> {
  const { second_person_above: limit } = await db
    .selectFrom('retention_setting')
    .select('second_person_above')
    .executeTakeFirstOrThrow();
  return batch.people > limit;
}
