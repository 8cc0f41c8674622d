import { sql } from 'kysely';
import { AppError } from '#platform/app-error.ts';
import type { Keys } from '#platform/crypto/keys.ts';
import type { Transaction } from '#platform/database/connect.ts';
import { floodNetwork } from '#src/forms/network-prefix.ts';

const WINDOW_SECONDS = 900;
/** Per quarter of an hour: for one address, from anywhere; from one network (see floodNetwork), for anyone. */
const MOST = { address: 10, network: 60 } as const;

/**
 * Counts one attempt to sign in before any work is done for it. Counting is by keyed hash and does not ask whether the
 * address exists, so being limited says nothing about it.
 *
 * @throws AppError 429 with the seconds to wait.
 */
export async function limitSignIn(tx: Transaction, keys: Keys, attempt: { email: string; ip: string }): Promise<void> {
  const most = new Map([
    [bucketOf(keys, 'address', attempt.email).toString('hex'), MOST.address],
    [bucketOf(keys, 'network', floodNetwork(attempt.ip)).toString('hex'), MOST.network],
  ]);
  const { rows } = await sql<{ bucket: string; used: number; seconds: number }>`
    insert into staff_sign_in_attempt as held (bucket, window_starts, used)
    select decode(b, 'hex'), date_bin(make_interval(secs => ${WINDOW_SECONDS}), now(), 'epoch'), 1
      from unnest(${sql.val([...most.keys()].sort())}::text[]) as b
    on conflict (bucket, window_starts) do update set used = held.used + 1
    returning encode(bucket, 'hex') as bucket, used,
      ceil(extract(epoch from window_starts + make_interval(secs => ${WINDOW_SECONDS}) - now()))::int as seconds`.execute(tx);

  const full = rows.find((row) => row.used > (most.get(row.bucket) ?? 0));
  if (full) {
    const seconds = Math.max(1, full.seconds);
    throw new AppError('too-many-attempts', { status: 429, members: { seconds }, headers: { 'retry-after': String(seconds) } });
  }
}

/** Whoever signed in starts anew. */
export async function forgiveSignIn(tx: Transaction, keys: Keys, email: string): Promise<void> {
  await tx
    .deleteFrom('staff_sign_in_attempt')
    .where('bucket', '=', bucketOf(keys, 'address', email))
    .execute();
}

/** Deletes what no limit looks at any more: past windows, ended sessions, used-up and overdue invites stay for the record. */
export async function forgetOldSignIns(tx: Transaction): Promise<void> {
  await tx.deleteFrom('staff_sign_in_attempt').where('window_starts', '<', sql<Date>`now() - interval '1 day'`).execute();
  await tx.deleteFrom('staff_session').where('expires_at', '<', sql<Date>`now()`).execute();
}

function bucketOf(keys: Keys, kind: keyof typeof MOST, text: string): Buffer {
  return keys.sign('sign-in attempts', Buffer.from(`${kind}\0${text}`));
}
