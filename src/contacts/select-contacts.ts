import { type RawBuilder, sql } from 'kysely';
import type { Database } from '#platform/database/connect.ts';
import { conditionsOf } from './contact-conditions.ts';
import type { ContactFilter } from './list-contacts.ts';

/** So many people the gate is asked about in one question. */
const AT_ONCE = 5000;

/** A query for the ids of everyone a list with this filter shows, to be chosen from in one statement. */
export async function selectContacts(db: Database, filter: ContactFilter): Promise<RawBuilder<{ id: string }>> {
  const { own, standing, gate } = await conditionsOf(db, filter);
  // Who was absorbed by another contact is one with it.
  const where = sql.join([...own, sql<boolean>`contact.state <> 'merged'`], sql` and `);
  const candidates = standing
    ? sql<{
        id: string;
      }>`select contact.id from (${standing.rows}) standing join contact on contact.id = standing.contact_id where ${where}`
    : sql<{ id: string }>`select contact.id from contact where ${where}`;
  if (!gate || !filter.may) return candidates;
  return sql`
    select answer.contact_id as id
      from (select array_agg(id order by id) as ids
              from (select id, (row_number() over (order by id) - 1) / ${sql.lit(AT_ONCE)} as no from (${candidates}) candidate) numbered
             group by no) asked,
           lateral gate_answers(asked.ids, ${filter.may.purposeId}, ${filter.may.channel}) answer
     where answer.allowed`;
}
