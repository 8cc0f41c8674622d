import { sql } from 'kysely';
import { AppError } from '#platform/app-error.ts';
import type { Database, Transaction } from '#platform/database/connect.ts';
import type { Job } from './job.ts';
import { jobOf } from './queries.ts';

export interface NewJob {
  readonly kind: string;
  readonly subjectId?: string | undefined;
  /** Names and numbers that the work needs; no personal data. */
  readonly parameters?: Readonly<Record<string, unknown>> | undefined;
  readonly total?: number | undefined;
  readonly requestedBy: { readonly kind: 'staff' | 'api' | 'command' | 'system'; readonly id?: string | undefined };
}

/**
 * Asks for long work; the one of this kind for this subject that has not ended serves whoever asks for the same meanwhile.
 * Answers its id.
 *
 * @throws AppError 409 `work-under-way` when what has not ended is about something else: its end would be taken for this one's
 */
export async function startJob(tx: Transaction, job: NewJob): Promise<string> {
  const subject = job.subjectId ?? null;
  await sql`insert into job (kind, subject_id, parameters, total, requested_by_kind, requested_by)
    values (${job.kind}, ${subject}::uuid, ${JSON.stringify(job.parameters ?? {})}::jsonb, ${job.total ?? null}::bigint,
      ${job.requestedBy.kind}, ${job.requestedBy.id ?? null}::uuid)
    on conflict do nothing`.execute(tx);
  const { rows } = await sql<{ id: string; isSame: boolean }>`
    select id, parameters = ${JSON.stringify(job.parameters ?? {})}::jsonb as "isSame" from job
     where kind = ${job.kind} and subject_id is not distinct from ${subject}::uuid and finished_at is null`.execute(tx);
  if (!rows[0]) throw new Error('work that was just asked for cannot be found');
  if (!rows[0].isSame) throw new AppError('work-under-way', { status: 409 });
  return rows[0].id;
}

export async function findJob(db: Database, id: string): Promise<Job | undefined> {
  const row = await db.selectFrom('job').selectAll().where('id', '=', id).executeTakeFirst();
  return row && jobOf(row);
}

/** The newest job of this kind for this subject. */
export async function findJobOf(db: Database, kind: string, subjectId: string): Promise<Job | undefined> {
  const row = await db
    .selectFrom('job')
    .selectAll()
    .where('kind', '=', kind)
    .where('subject_id', '=', subjectId)
    .orderBy('requested_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && jobOf(row);
}

/** What has not ended, and what ended within a day, newest first. */
export async function listJobs(db: Database, kinds: readonly string[]): Promise<Job[]> {
  if (kinds.length === 0) return [];
  const rows = await db
    .selectFrom('job')
    .selectAll()
    .where('kind', 'in', [...kinds])
    .where((where) =>
      where.or([where('finished_at', 'is', null), where('finished_at', '>', sql<Date>`now() - interval '1 day'`)]),
    )
    .orderBy('requested_at', 'desc')
    .limit(50)
    .execute();
  return rows.map(jobOf);
}

/**
 * Says what a person wants of a job: to pause, go on, or stop for good. What nobody works at changes at once, what is under
 * way after its present piece.
 *
 * @returns whether the job could be told; one that has ended cannot
 */
export async function tellJob(tx: Transaction, id: string, wish: Job['wish']): Promise<boolean> {
  const idle = { run: 'waiting', pause: 'paused', stop: 'stopped' }[wish];
  const { numAffectedRows } = await sql`
    update job set wish = ${wish}, problem = null, failures = 0,
      state = case when state = 'running' then state else ${idle} end,
      not_before = clock_timestamp(),
      finished_at = case when state <> 'running' and ${wish} = 'stop' then clock_timestamp() end
     where id = ${id} and finished_at is null`.execute(tx);
  return (numAffectedRows ?? 0n) > 0n;
}
