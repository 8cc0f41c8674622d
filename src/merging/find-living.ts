import { sql } from 'kysely';
import type { Database, Transaction } from '#platform/database/connect.ts';

/** The record a person has today, and what an act that came by an older way says about that. */
export interface Living {
  readonly contactId: string;
  /** Written into the act's evidence: it counts for the living record as long as the merge stands (see the fold). */
  readonly evidence: Readonly<Record<string, string>>;
}

/** The record in which a contact lives on: itself, unless it went up in another. */
export async function livingOf(db: Database, contactId: string): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    with recursive way(id, step) as (
      select ${contactId}::uuid, 0
      union all
      select m.survivor_id, way.step + 1 from way join contact_merge m on m.absorbed_id = way.id and m.undone_at is null
    )
    select id from way order by step desc limit 1`.execute(db);
  return rows[0]?.id ?? contactId;
}

/**
 * Whom an act by this contact concerns now, kept so until the transaction ends: a link mailed long ago still leads to its
 * person. A merge under way is waited for, so that nothing is said into a record that nothing reads any more.
 */
export async function speakFor(tx: Transaction, contactId: string): Promise<Living> {
  let living = contactId;
  let merge: string | undefined;
  for (;;) {
    await sql`select from contact where id = ${living} for key share`.execute(tx);
    const went = await tx
      .selectFrom('contact_merge')
      .select(['id', 'survivor_id'])
      .where('absorbed_id', '=', living)
      .where('undone_at', 'is', null)
      .executeTakeFirst();
    if (!went) return { contactId: living, evidence: merge ? { merge, through: contactId } : {} };
    merge = went.id;
    living = went.survivor_id;
  }
}

/** All records of these people: each with what it absorbed, and with where it went up. */
export async function wholePeople(db: Database, contactIds: readonly string[]): Promise<string[]> {
  if (contactIds.length === 0) return [];
  const { rows } = await sql<{ id: string }>`
    with recursive person(id) as (
      select unnest(${[...contactIds]}::uuid[])
      union
      select case m.absorbed_id when person.id then m.survivor_id else m.absorbed_id end
        from person join contact_merge m on (m.absorbed_id = person.id or m.survivor_id = person.id) and m.undone_at is null
    )
    select id from person order by id`.execute(db);
  return rows.map((row) => row.id);
}

/** Of these contacts, those that are no part of another; for an undone import, nor have others as part of them. */
export async function leaveUnited(db: Database, contactIds: readonly string[], why: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from unnest(${[...contactIds]}::uuid[]) as named(id)
     where not exists (select from contact_merge m where m.undone_at is null
       and (m.absorbed_id = named.id or ${why === 'import-undone'} and m.survivor_id = named.id))`.execute(db);
  return rows.map((row) => row.id);
}

/** The living record of a person first, then what it absorbed: what is kept under any of them is theirs. */
export async function recordsOf(db: Database, contactId: string): Promise<[string, ...string[]]> {
  const living = await livingOf(db, contactId);
  const all = await wholePeople(db, [living]);
  return [living, ...all.filter((id) => id !== living)];
}
