import { sql } from 'kysely';
import type { Transaction } from '#platform/database/connect.ts';

/**
 * Takes many contacts for this transaction, each as {@link lockContact} takes one, and all in one order, so that two who do
 * this do not wait for each other in a circle. Answers which of them are there, in that order.
 */
export async function lockContacts(tx: Transaction, contactIds: readonly string[]): Promise<readonly string[]> {
  const ids = [...new Set(contactIds.map((id) => id.toLowerCase()))].toSorted();
  await sql`
    select pg_advisory_xact_lock(hashtextextended('contact ' || id, 0))
      from unnest(${ids}::text[]) with ordinality as wanted(id, place) order by place`.execute(tx);
  const { rows } = await sql<{ id: string }>`
    select id from contact where id = any(${ids}::uuid[]) order by id for update`.execute(tx);
  return rows.map(({ id }) => id);
}
