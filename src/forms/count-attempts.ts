import { sql } from 'kysely';
import type { Allowance } from '#platform/config.ts';
import type { Keys } from '#platform/crypto/keys.ts';
import { type Database, inQuickTransaction, type Transaction } from '#platform/database/connect.ts';

/** One limit an attempt must stay under: a bucket, and how many in which time. */
export interface Limit {
  readonly bucket: Buffer;
  readonly allowances: readonly Allowance[];
}

/** Index of the limit that is used up; undefined: none. */
export type Verdict = number | undefined;

/** Serialises counting between processes; held for two statements. */
const COUNTING_LOCK = 5_207_041_854;
const MINUTE = 60_000;

/** The bucket of a thing that is counted. It says nothing about the thing to anyone without the keys. */
export function bucketOf(keys: Keys, kind: string, value: string): Buffer {
  return keys.sign('flood', Buffer.from(`${kind}\0${value}`)).subarray(0, 16);
}

/**
 * Counts attempts against their limits, in order. Answers for each the index of the first limit that is used up, or
 * undefined when it may go on. A limit that is used up counts nothing more, so somebody who keeps trying is not locked
 * out for longer.
 *
 * Minutes are summed and one minute more than the window is looked at: never more than `max` in any window, at the price
 * of up to a minute's extra wait. The table is unlogged: after a crash counting starts again.
 */
export async function countAttempts(db: Database, attempts: readonly (readonly Limit[])[], now: Date): Promise<Verdict[]> {
  const count = async (tx: Transaction) => {
    const { verdicts, counted } = await startCounting(tx, attempts, now);
    await counted;
    return verdicts;
  };
  return db.isTransaction ? count(db as Transaction) : inQuickTransaction(db, count);
}

/** What {@link countAttempts} answers as soon as it is known, with the counting itself still under way in `counted`. */
export async function startCounting(
  tx: Transaction,
  attempts: readonly (readonly Limit[])[],
  now: Date,
): Promise<{ verdicts: Verdict[]; counted: Promise<unknown> }> {
  const longest = new Map<string, { bucket: Buffer; seconds: number }>();
  for (const limit of attempts.flat()) {
    const seconds = Math.max(0, ...limit.allowances.map((allowance) => allowance.seconds));
    const key = limit.bucket.toString('hex');
    if ((longest.get(key)?.seconds ?? -1) < seconds) longest.set(key, { bucket: limit.bucket, seconds });
  }
  if (longest.size === 0) return { verdicts: attempts.map(() => undefined), counted: Promise.resolve() };

  const minute = Math.floor(now.getTime() / MINUTE) * MINUTE;
  const locked = sql`select pg_advisory_xact_lock(${COUNTING_LOCK}::bigint)`.execute(tx);
  const reading = sql<{ bucket: string; starts: Date; used: number }>`
    select encode(asked.bucket, 'hex') as bucket, c.window_starts as starts, c.used
      from unnest(${[...longest.values()].map((one) => one.bucket)}::bytea[], ${[...longest.values()].map((one) => one.seconds)}::int[])
           as asked(bucket, seconds)
      join flood_counter c on c.bucket = asked.bucket
       and c.window_starts > ${new Date(minute)}::timestamptz - make_interval(secs => asked.seconds + 60)`.execute(tx);
  const [{ rows }] = await Promise.all([reading, locked]);

  const used = new Map<string, { at: number; count: number }[]>();
  for (const row of rows) {
    const list = used.get(row.bucket) ?? [];
    list.push({ at: row.starts.getTime(), count: row.used });
    used.set(row.bucket, list);
  }

  const added = new Map<string, number>();
  const verdicts = attempts.map((limits) => {
    for (const [at, limit] of limits.entries()) {
      const key = limit.bucket.toString('hex');
      const list = used.get(key) ?? [];
      if (isFull(limit, list, minute)) return at;
      const current = list.find((one) => one.at === minute);
      if (current) current.count += 1;
      else list.push({ at: minute, count: 1 });
      used.set(key, list);
      added.set(key, (added.get(key) ?? 0) + 1);
    }
    return undefined;
  });

  if (added.size === 0) return { verdicts, counted: Promise.resolve() };
  const counted = sql`insert into flood_counter (bucket, window_starts, used)
      select decode(b, 'hex'), ${new Date(minute)}::timestamptz, n from unnest(${[...added.keys()]}::text[], ${[...added.values()]}::int[]) as x(b, n)
    on conflict (bucket, window_starts) do update set used = flood_counter.used + excluded.used`.execute(tx);
  // Whoever waits for it learns what went wrong.
  counted.catch(() => {});
  return { verdicts, counted };
}

/** Takes back the newest count of an attempt that came to nothing through a fault of ours. */
export async function uncountAttempt(db: Database, limits: readonly Limit[]): Promise<void> {
  await sql`update flood_counter c set used = c.used - 1
    from (select bucket, max(window_starts) as window_starts from flood_counter
           where bucket = any(${limits.map((limit) => limit.bucket)}::bytea[]) group by bucket) newest
   where (c.bucket, c.window_starts) = (newest.bucket, newest.window_starts) and c.used > 0`.execute(db);
}

/** Forgets what was counted in a bucket. */
export async function forgetAttempts(tx: Transaction, bucket: Buffer): Promise<void> {
  await sql`delete from flood_counter where bucket = ${bucket}`.execute(tx);
}

/** Forgets counts no window looks at any more. */
export async function forgetOldAttempts(db: Database): Promise<void> {
  await sql`delete from flood_counter where window_starts < now() - interval '31 days'`.execute(db);
}

function isFull(limit: Limit, used: readonly { at: number; count: number }[], minute: number): boolean {
  return limit.allowances.some((allowance) => {
    const from = minute - allowance.seconds * 1000 - MINUTE;
    return used.reduce((sum, one) => (one.at > from ? sum + one.count : sum), 0) >= allowance.max;
  });
}
