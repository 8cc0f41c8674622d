import { sql } from 'kysely';
import type { Database } from '#platform/database/connect.ts';
import type { ComparedPerson } from './compare-people.ts';

/** What these contacts are compared by, by id. */
export async function readPeople(db: Database, contactIds: readonly string[]): Promise<Map<string, ComparedPerson>> {
  const ids = [...contactIds];
  const { rows } = await sql<{ id: string; given_name: string | null; family_name: string | null; company: string | null }>`
    select id, given_name, family_name, company from contact
     where id = any(${ids}::uuid[]) and state in ('active', 'quarantined')`.execute(db);
  const { rows: points } = await sql<{ contact_id: string; kind: string; match_key: string }>`
    select contact_id, kind, match_key from contact_point where contact_id = any(${ids}::uuid[])`.execute(db);
  const of = new Map<string, { emails: string[]; phones: string[]; posts: string[] }>();
  for (const point of points) {
    const own = of.get(point.contact_id) ?? { emails: [], phones: [], posts: [] };
    of.set(point.contact_id, own);
    const list = point.kind === 'email' ? own.emails : point.kind === 'phone' ? own.phones : own.posts;
    list.push(point.match_key);
  }
  return new Map(
    rows.map((row) => [
      row.id,
      {
        givenName: row.given_name,
        familyName: row.family_name,
        company: row.company,
        ...(of.get(row.id) ?? { emails: [], phones: [], posts: [] }),
      },
    ]),
  );
}
