import { sql } from 'kysely';
import type { Database } from '#platform/database/connect.ts';

/** Who asks: the supervisory authority or another one, a court, or somebody with a claim. */
export const openingGrounds = ['authority', 'court', 'claim'] as const;
export type OpeningGround = (typeof openingGrounds)[number];

/** `waiting` for a second person; `approved` for a day; then it is over in one way or another. */
export type OpeningStatus = 'waiting' | 'approved' | 'refused' | 'opened' | 'lapsed';

export interface Opening {
  readonly id: string;
  readonly ground: OpeningGround;
  readonly reference: string;
  readonly status: OpeningStatus;
  readonly requestedBy: string;
  readonly requestedAt: Date;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  readonly openedAt: Date | null;
  readonly found: boolean | null;
  /** When it lapses, while it has not. */
  readonly until: Date | null;
}

export async function findOpening(db: Database, id: string): Promise<Opening | undefined> {
  const { rows } = await sql<OpeningRow>`${columns} where id = ${id}::uuid`.execute(db);
  return rows[0] && openingOf(rows[0]);
}

/** Requests of the last years, newest first; there are few. */
export async function listOpenings(db: Database, limit = 100): Promise<Opening[]> {
  const { rows } = await sql<OpeningRow>`${columns} order by id desc limit ${limit}`.execute(db);
  return rows.map(openingOf);
}

interface OpeningRow {
  readonly id: string;
  readonly ground: OpeningGround;
  readonly reference: string;
  readonly status: OpeningStatus;
  readonly requested_by: string;
  readonly requested_at: Date;
  readonly decided_by: string | null;
  readonly decided_at: Date | null;
  readonly opened_at: Date | null;
  readonly found: boolean | null;
  readonly until: Date;
}

// The same days and hours the database itself holds everybody to.
const columns = sql`
  select id, ground, reference, requested_by, requested_at, decided_by, decided_at, opened_at, found,
         coalesce(decided_at + interval '24 hours', requested_at + interval '7 days') as until,
         case when opened_at is not null then 'opened' when decision = 'refused' then 'refused'
              when coalesce(decided_at + interval '24 hours', requested_at + interval '7 days') < now() then 'lapsed'
              when decision = 'approved' then 'approved' else 'waiting' end as status
    from evidence_opening`;

function openingOf(row: OpeningRow): Opening {
  const isUnderWay = row.status === 'waiting' || row.status === 'approved';
  return {
    id: row.id,
    ground: row.ground,
    reference: row.reference,
    status: row.status,
    requestedBy: row.requested_by,
    requestedAt: row.requested_at,
    decidedBy: row.decided_by,
    decidedAt: row.decided_at,
    openedAt: row.opened_at,
    found: row.found,
    until: isUnderWay ? row.until : null,
  };
}
