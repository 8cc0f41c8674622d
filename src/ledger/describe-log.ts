import { sql } from 'kysely';
import { databaseNow } from '#platform/clock.ts';
import type { Database } from '#platform/database/connect.ts';
import { findLastCheckpoint } from './find-checkpoint.ts';
import { findLogKeys, type LogKey } from './find-log-keys.ts';
import { findLastVerification, findUnfinishedVerification, type VerificationJob } from './verification-jobs.ts';

export interface LogState {
  /** Entries that have their place. */
  readonly size: number;
  readonly checkpoint: { readonly size: number; readonly root: Buffer; readonly signedAt: Date } | undefined;
  /** Entries without a place yet, and since when the first of them waits. */
  readonly waiting: { readonly count: number; readonly atLeast: boolean; readonly since: Date | undefined };
  readonly key: LogKey | undefined;
  readonly running: VerificationJob | undefined;
  readonly last: VerificationJob | undefined;
  /**
   * `broken`: what was found contradicts what was signed or recorded. `stalled`: entries wait much longer than they should,
   * so nothing new can be proven, but nothing was found wrong.
   */
  readonly alarm: 'broken' | 'stalled' | undefined;
}

/** Ten seconds are promised; a machine that starts or stops may take longer without anything being wrong. */
const STALLED_MS = 120_000;
const MOST = 10_000;

/** How the log of the ledger stands. Cheap: every screen of staff asks it. */
export async function describeLog(db: Database): Promise<LogState> {
  const [checkpoint, keys, running, last, waiting, size, now] = await Promise.all([
    findLastCheckpoint(db),
    findLogKeys(db),
    findUnfinishedVerification(db),
    findLastVerification(db),
    sql<{ n: number; since: Date | null }>`
      select count(*)::int as n, min(appended_at) as since from (select appended_at from ledger_waiting limit ${MOST}) w`.execute(
      db,
    ),
    sql<{ n: number }>`select coalesce(max(position) + 1, 0)::float8 as n from ledger_leaf`.execute(db),
    databaseNow(db),
  ]);
  const { n = 0, since = null } = waiting.rows[0] ?? {};
  const isStalled = since !== null && now.getTime() - since.getTime() > STALLED_MS;
  return {
    size: size.rows[0]?.n ?? 0,
    checkpoint,
    waiting: { count: n, atLeast: n === MOST, since: since ?? undefined },
    key: keys[0],
    running,
    last,
    alarm: last?.holds === false ? 'broken' : isStalled ? 'stalled' : undefined,
  };
}
