import { sql } from 'kysely';
import type { Database, Transaction } from '#platform/database/connect.ts';

export interface Suppression {
  readonly hash: Buffer;
  readonly reason: 'objected' | 'complaint' | 'hard-bounce';
  readonly at: Date;
}

/** Writes down that addresses must not be used; what was said before only becomes newer. */
export async function suppressAddresses(tx: Transaction, suppressions: readonly Suppression[]): Promise<void> {
  if (suppressions.length === 0) return;
  await sql`
    insert into suppression (match_hash, reason, suppressed_at)
    select match_hash, reason, max(at) from unnest(${suppressions.map(({ hash }) => hash)}::bytea[],
      ${suppressions.map(({ reason }) => reason)}::text[], ${suppressions.map(({ at }) => at.toISOString())}::timestamptz[])
      as said(match_hash, reason, at) group by match_hash, reason order by match_hash, reason
    on conflict (match_hash, reason) do update set suppressed_at = excluded.suppressed_at`.execute(tx);
}

/** Why addresses must not be used, by their keyed hash in hex; those nothing is held of are not in the answer. */
export async function findSuppressions(db: Database, hashes: readonly Buffer[]): Promise<Map<string, Set<string>>> {
  const found = new Map<string, Set<string>>();
  if (hashes.length === 0) return found;
  const { rows } = await sql<{ hash: string; reason: string }>`
    select encode(match_hash, 'hex') as hash, reason from suppression where match_hash = any(${hashes}::bytea[])`.execute(db);
  for (const { hash, reason } of rows) found.set(hash, (found.get(hash) ?? new Set()).add(reason));
  return found;
}
