import { sql } from 'kysely';
import type { Database } from '#platform/database/connect.ts';

/**
 * Which of these addresses (keyed hashes) nothing at all may be sent to: they do not work, or their owner said within the
 * last 30 days that it was not them. An objection or erasure is not among these: whoever comes back may be asked to confirm.
 */
export async function findUnusableAddresses(db: Database, matchHashes: readonly Buffer[]): Promise<Set<string>> {
  const { rows } = await sql<{ hash: string }>`
    select encode(match_hash, 'hex') as hash from suppression
     where match_hash = any(${matchHashes}::bytea[])
       and (reason = 'hard-bounce' or (reason = 'not-me' and suppressed_at > now() - interval '30 days'))`.execute(db);
  return new Set(rows.map((row) => row.hash));
}
