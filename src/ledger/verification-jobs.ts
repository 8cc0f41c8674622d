import { sql } from 'kysely';
import type { Database, Transaction } from '#platform/database/connect.ts';

/** A verification of the whole ledger, asked for, under way or done. */
export interface VerificationJob {
  readonly id: string;
  readonly requestedAt: Date;
  readonly requestedBy: string | null;
  readonly cause: 'asked' | 'sequencer';
  readonly startedAt: Date | null;
  readonly entriesDone: number;
  /** An estimate: how many there were when it began. */
  readonly entriesExpected: number;
  readonly finishedAt: Date | null;
  readonly holds: boolean | null;
  /** Counts and codes of what was found; ids of entries at most. */
  readonly findings: Readonly<Record<string, string | number | boolean | null>>;
}

/** A worker that has not been heard of for so long is gone, and another takes over. */
const SILENCE = '2 minutes';

/** Asks for a verification; the one that is already waiting or running serves whoever asks meanwhile. */
export async function requestVerification(tx: Transaction, requestedBy: string | null): Promise<VerificationJob> {
  await sql`insert into ledger_verification (requested_by) values (${requestedBy}::uuid)
    on conflict ((true)) where finished_at is null do nothing`.execute(tx);
  const job = await findUnfinishedVerification(tx);
  if (!job) throw new Error('a verification that was just asked for cannot be found');
  return job;
}

export async function findUnfinishedVerification(db: Database): Promise<VerificationJob | undefined> {
  const row = await db.selectFrom('ledger_verification').selectAll().where('finished_at', 'is', null).executeTakeFirst();
  return row && jobOf(row);
}

export async function findLastVerification(db: Database): Promise<VerificationJob | undefined> {
  const row = await db
    .selectFrom('ledger_verification')
    .selectAll()
    .where('finished_at', 'is not', null)
    .orderBy('finished_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && jobOf(row);
}

/** Takes the verification that waits, or whose worker went silent; undefined when there is none. */
export async function claimVerification(tx: Transaction): Promise<VerificationJob | undefined> {
  const { rows } = await sql<JobRow>`
    update ledger_verification set started_at = clock_timestamp(), beat_at = clock_timestamp(), entries_done = 0,
      entries_expected = greatest(0, (select reltuples::bigint from pg_class where oid = 'ledger_entry'::regclass))
     where id = (select id from ledger_verification where finished_at is null
                    and (started_at is null or beat_at < clock_timestamp() - ${SILENCE}::interval) for update skip locked)
    returning *`.execute(tx);
  return rows[0] && jobOf(rows[0]);
}

/** Says how far it is, and that whoever does it is alive. */
export async function noteProgress(tx: Transaction, id: string, entriesDone: number): Promise<void> {
  await sql`update ledger_verification set entries_done = ${entriesDone}, beat_at = clock_timestamp()
    where id = ${id} and finished_at is null`.execute(tx);
}

export async function finishVerification(
  tx: Transaction,
  id: string,
  result: { holds: boolean; findings: VerificationJob['findings'] },
): Promise<void> {
  await sql`update ledger_verification set finished_at = clock_timestamp(), holds = ${result.holds},
      findings = ${JSON.stringify(result.findings)}::jsonb where id = ${id} and finished_at is null`.execute(tx);
}

/** Keeps that the log may not be signed on, as whoever puts it in order found; said once as long as nothing else is found. */
export async function noteRefusal(tx: Transaction, finding: string): Promise<void> {
  const last = await findLastVerification(tx);
  if (last?.cause === 'sequencer' && last.findings.finding === finding) return;
  await sql`insert into ledger_verification (cause, started_at, finished_at, holds, findings)
    values ('sequencer', clock_timestamp(), clock_timestamp(), false, ${JSON.stringify({ finding })}::jsonb)`.execute(tx);
}

interface JobRow {
  id: string;
  requested_at: Date;
  requested_by: string | null;
  cause: string;
  started_at: Date | null;
  entries_done: string | number | bigint;
  entries_expected: string | number | bigint;
  finished_at: Date | null;
  holds: boolean | null;
  findings: unknown;
}

function jobOf(row: JobRow): VerificationJob {
  return {
    id: row.id,
    requestedAt: row.requested_at,
    requestedBy: row.requested_by,
    cause: row.cause as VerificationJob['cause'],
    startedAt: row.started_at,
    entriesDone: Number(row.entries_done),
    entriesExpected: Number(row.entries_expected),
    finishedAt: row.finished_at,
    holds: row.holds,
    findings: row.findings as VerificationJob['findings'],
  };
}
