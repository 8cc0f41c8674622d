import { sql } from 'kysely';
import type { Database } from '#platform/database/connect.ts';
import type { Obstacle } from './retention.ts';

/** Until when something may be kept; no end while what it rests on stands. */
export interface End {
  readonly contactId: string;
  /** '' is the person; else `fact:<field>` or `point:<id>`. */
  readonly what: string;
  readonly endsAt: Date | undefined;
  readonly isDue: boolean;
  /** For what it is kept longest. */
  readonly purposeId: string;
}

/** Until when these people and each of their data may be kept, as things stand. The database alone computes it. */
export async function findEnds(db: Database, contactIds: readonly string[]): Promise<End[]> {
  const { rows } = await sql<{ contact_id: string; what: string; ends_at: Date | null; due: boolean; purpose_id: string }>`
    select contact_id, what, case when isfinite(ends_at) then ends_at end as ends_at, ends_at <= now() as due, purpose_id
      from retention_ends(${contactIds}::uuid[])`.execute(db);
  return rows.map((row) => ({
    contactId: row.contact_id,
    what: row.what,
    endsAt: row.ends_at ?? undefined,
    isDue: row.due,
    purposeId: row.purpose_id,
  }));
}

/** Why nothing may be done to some of these people. */
export async function findObstacles(db: Database, contactIds: readonly string[]): Promise<ReadonlyMap<string, Obstacle>> {
  const { rows } = await sql<{ id: string; obstacle: Obstacle }>`
    select id, obstacle from (select id, retention_obstacle(id) as obstacle from unnest(${contactIds}::uuid[]) id) o
     where obstacle is not null`.execute(db);
  return new Map(rows.map(({ id, obstacle }) => [id, obstacle]));
}

/** Per purpose that holds a person: until when. */
export async function findEndsByPurpose(
  db: Database,
  contactId: string,
): Promise<{ purposeId: string; endsAt: Date | undefined }[]> {
  const { rows } = await sql<{ purpose_id: string; ends_at: Date | null }>`
    select purpose_id, case when isfinite(max(ends_at)) then max(ends_at) end as ends_at
      from retention_of(array[${contactId}::uuid]) group by purpose_id order by max(ends_at) desc, purpose_id`.execute(db);
  return rows.map((row) => ({ purposeId: row.purpose_id, endsAt: row.ends_at ?? undefined }));
}
