import { sql } from 'kysely';
import type { Database } from '#platform/database/connect.ts';

/** How many entries say that consent to a text was given, and how many that it was refused, by the text's SHA-256 (hex). */
export async function countConsentsTo(
  db: Database,
  hashes: readonly string[],
): Promise<(hash: string) => { given: number; refused: number }> {
  if (hashes.length === 0) return () => ({ given: 0, refused: 0 });
  const { rows } = await sql<{ hash: string; given: number; refused: number }>`
    select encode(notice_hash, 'hex') as hash,
           count(*) filter (where kind in ('consent-given', 'consent-renewed'))::int as given,
           count(*) filter (where kind = 'consent-refused')::int as refused
      from ledger_entry where notice_hash = any(${hashes.map((hash) => Buffer.from(hash, 'hex'))}::bytea[])
     group by notice_hash`.execute(db);
  const counted = new Map(rows.map(({ hash, given, refused }) => [hash, { given, refused }]));
  return (hash) => counted.get(hash) ?? { given: 0, refused: 0 };
}
