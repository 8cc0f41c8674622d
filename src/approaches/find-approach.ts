import { sql } from 'kysely';
import type { Database } from '#platform/database/connect.ts';
import type { Reason } from '#src/languages/en/reasons.ts';
import type { Language } from '#src/languages/languages.ts';
import type { Channel } from '#src/purposes/purpose.ts';
import type { Approach, ApproachCause } from './approach.ts';

export async function findApproach(db: Database, id: string): Promise<Approach | undefined> {
  const row = await approaches(db).where('approach.id', '=', id).executeTakeFirst();
  return row && approachOf(row);
}

/** Why an approach can no longer be answered with a yes; null while it can. The same function keeps its message back. */
export async function obstacleTo(db: Database, approachId: string): Promise<Reason | null> {
  const { rows } = await sql<{ obstacle: Reason | null }>`
    select obstacle_to_approach_by_id(${approachId}) as obstacle`.execute(db);
  return rows[0]?.obstacle ?? null;
}

function approaches(db: Database) {
  return db
    .selectFrom('approach')
    .innerJoin('contact', 'contact.id', 'approach.contact_id')
    .selectAll('approach')
    .select('contact.language');
}

function approachOf(row: Awaited<ReturnType<ReturnType<typeof approaches>['executeTakeFirstOrThrow']>>): Approach {
  return {
    id: row.id,
    cause: row.cause as ApproachCause,
    contactId: row.contact_id,
    contactPointId: row.contact_point_id,
    purposeId: row.purpose_id,
    purposeVersion: row.purpose_version,
    channel: row.channel as Channel,
    entryId: row.entry_id,
    approachedAt: row.approached_at,
    answerUntil: row.answer_until,
    answer: row.answer as Approach['answer'],
    settledAt: row.settled_at,
    language: row.language as Language,
  };
}
