import { sql } from 'kysely';
import type { Database, Transaction } from '#platform/database/connect.ts';
import type { KeepingGround } from './capsule.ts';

/** A capsule from outside: that there is one, since when, until when. Whose it is nobody can see. */
export interface ListedCapsule {
  readonly id: string;
  readonly ground: KeepingGround;
  readonly sealedOn: string;
  readonly keepUntil: string;
}

/** What is kept, ending soonest first. */
export async function listCapsules(db: Database, limit = 1000): Promise<ListedCapsule[]> {
  const { rows } = await sql<{ id: string; ground: KeepingGround; sealed_on: string; keep_until: string }>`
    select id, ground, sealed_on::text, keep_until::text from evidence_capsule
     where keep_until > current_date order by keep_until, id limit ${limit}`.execute(db);
  return rows.map((row) => ({ id: row.id, ground: row.ground, sealedOn: row.sealed_on, keepUntil: row.keep_until }));
}

/** Brings the day forward on which a capsule goes; one that is over goes at once. A later day is refused by the database. */
export async function shortenCapsule(tx: Transaction, id: string, until: string): Promise<'shortened' | 'unknown' | 'later'> {
  const { rows } = await sql<{ is_later: boolean }>`
    select keep_until < ${until}::date as is_later from evidence_capsule where id = ${id}::uuid`.execute(tx);
  const [row] = rows;
  if (!row) return 'unknown';
  if (row.is_later) return 'later';
  await sql`update evidence_capsule set keep_until = greatest(${until}::date, current_date) where id = ${id}::uuid`.execute(tx);
  await forgetExpiredEvidence(tx);
  return 'shortened';
}

/** What is done by the clock: what is over goes. */
export async function forgetExpiredEvidence(db: Database): Promise<number> {
  const { rows } = await sql<{ gone: number }>`select forget_expired_evidence() as gone`.execute(db);
  return rows[0]?.gone ?? 0;
}
