import { sql } from 'kysely';
import type { Database, Transaction } from '#platform/database/connect.ts';
import type { Job, Progress } from './job.ts';

/** A worker that has not been heard of for so long is gone, and another takes over. */
const SILENCE = '30 seconds';

/** Another worker took the job over, or somebody ended it: nothing of this piece may be kept. */
export class JobTakenOver extends Error {
  override readonly name = 'JobTakenOver';
}

interface JobRow {
  id: string;
  kind: string;
  subject_id: string | null;
  parameters: unknown;
  state: string;
  wish: string;
  cursor: unknown;
  done: string | number | bigint;
  total: string | number | bigint | null;
  counts: unknown;
  problem: string | null;
  requested_by_kind: string;
  requested_by: string | null;
  requested_at: Date;
  started_at: Date | null;
  started_done: string | number | bigint;
  finished_at: Date | null;
}

export function jobOf(row: JobRow): Job {
  return {
    id: row.id,
    kind: row.kind,
    subjectId: row.subject_id,
    parameters: row.parameters as Job['parameters'],
    state: row.state as Job['state'],
    wish: row.wish as Job['wish'],
    cursor: row.cursor,
    done: Number(row.done),
    total: row.total === null ? undefined : Number(row.total),
    counts: row.counts as Job['counts'],
    problem: row.problem ?? undefined,
    requestedBy: { kind: row.requested_by_kind as Job['requestedBy']['kind'], id: row.requested_by },
    requestedAt: row.requested_at,
    finishedAt: row.finished_at ?? undefined,
    started: row.started_at ? { at: row.started_at, done: Number(row.started_done) } : undefined,
  };
}

/** Takes a job that waits, or whose worker went silent: of these kinds, or the one of this id. */
export async function claimJob(
  db: Database,
  which: { kinds: readonly string[]; holder: string; id?: string | undefined },
): Promise<Job | undefined> {
  const { rows } = await sql<JobRow>`
    update job set state = 'running', held_by = ${which.holder}::uuid, beat_at = clock_timestamp(), started_at = clock_timestamp(),
      started_done = done
     where id = (select id from job
        where finished_at is null and kind = any(${[...which.kinds]}::text[]) and (${which.id ?? null}::uuid is null or id = ${which.id ?? null}::uuid)
          and (state = 'waiting' and not_before <= clock_timestamp()
               or state = 'running' and beat_at < clock_timestamp() - ${SILENCE}::interval)
        order by not_before, id limit 1 for update skip locked)
    returning *`.execute(db);
  return rows[0] && jobOf(rows[0]);
}

/**
 * Writes down how far it is; answers what people want of it.
 *
 * @throws JobTakenOver
 */
export async function noteProgress(tx: Transaction, id: string, holder: string, progress: Progress): Promise<Job['wish']> {
  const { rows } = await sql<{ wish: Job['wish'] }>`
    update job set done = ${progress.done}, total = coalesce(${progress.total ?? null}::bigint, total), failures = 0,
      cursor = ${JSON.stringify(progress.cursor ?? null)}::jsonb, beat_at = clock_timestamp(),
      counts = coalesce(${progress.counts ? JSON.stringify(progress.counts) : null}::jsonb, counts)
     where id = ${id} and held_by = ${holder}::uuid returning wish`.execute(tx);
  if (!rows[0]) throw new JobTakenOver();
  return rows[0].wish;
}

/** Says that the worker is alive; answers what people want of the job, undefined when it is not this worker's any more. */
export async function beat(db: Database, id: string, holder: string): Promise<Job['wish'] | undefined> {
  const { rows } = await sql<{ wish: Job['wish'] }>`
    update job set beat_at = clock_timestamp() where id = ${id} and held_by = ${holder}::uuid returning wish`.execute(db);
  return rows[0]?.wish;
}

/**
 * Gives a job back: to wait, paused, failed or for good. Answers what became of it: somebody may have wanted it to go on, or to
 * end, in the moment in which it was paused.
 */
export async function releaseJob(
  db: Database,
  id: string,
  holder: string,
  as: { state: 'waiting' | 'failed' | 'done'; problem?: string; failed?: boolean; after?: string },
): Promise<Job | undefined> {
  const { rows } = await sql<JobRow>`
    update job set held_by = null, beat_at = null, problem = ${as.problem ?? null},
      failures = failures + ${as.failed ? 1 : 0}, not_before = clock_timestamp() + ${as.after ?? '0 seconds'}::interval,
      state = became.state, finished_at = case when became.state in ('stopped', 'done') then clock_timestamp() end
     from (select case when ${as.state}::text <> 'waiting' then ${as.state}::text
                       when wish = 'stop' then 'stopped' when wish = 'pause' then 'paused' else 'waiting' end as state
             from job where id = ${id} for update) became
     where id = ${id} and held_by = ${holder}::uuid
    returning job.*`.execute(db);
  return rows[0] && jobOf(rows[0]);
}

export async function countFailures(db: Database, id: string): Promise<number> {
  const row = await db.selectFrom('job').select('failures').where('id', '=', id).executeTakeFirst();
  return row?.failures ?? 0;
}
