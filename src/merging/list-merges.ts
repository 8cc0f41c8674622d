import { sql } from 'kysely';
import type { Database } from '#platform/database/connect.ts';

export interface ListedMerge {
  readonly id: string;
  readonly survivorId: string;
  readonly absorbedId: string;
  readonly mergedAt: Date;
  readonly mergedBy: { readonly kind: string; readonly id: string | null };
  readonly undoUntil: Date;
  readonly undoneAt: Date | null;
  /** Whether it could be undone now, as far as this list knows. */
  readonly isUndoable: boolean;
}

/** Merges, newest first: all, those of one job, or those a contact took part in. */
export async function listMerges(
  db: Database,
  which: { id?: string | undefined; contactId?: string | undefined; jobId?: string | undefined },
  page: { limit: number; before?: string | undefined },
): Promise<ListedMerge[]> {
  const { rows } = await sql<{
    id: string;
    survivor_id: string;
    absorbed_id: string;
    merged_at: Date;
    merged_by_kind: string;
    merged_by: string | null;
    undo_until: Date;
    undone_at: Date | null;
    is_undoable: boolean;
  }>`
    select m.id, m.survivor_id, m.absorbed_id, m.merged_at, m.merged_by_kind, m.merged_by, m.undo_until, m.undone_at,
           m.undone_at is null and m.before is not null and m.undo_until > now() and not exists (
             select from contact_merge later where later.undone_at is null
              and (later.absorbed_id = m.survivor_id or later.survivor_id = m.survivor_id and later.id > m.id)) as is_undoable
      from contact_merge m
     where ${which.contactId ? sql`(m.survivor_id = ${which.contactId}::uuid or m.absorbed_id = ${which.contactId}::uuid)` : sql`true`}
       and ${which.id ? sql`m.id = ${which.id}::uuid` : sql`true`}
       and ${which.jobId ? sql`m.job_id = ${which.jobId}::uuid` : sql`true`}
       and ${page.before ? sql`m.id < ${page.before}::uuid` : sql`true`}
       -- Of whom nobody is here any more there is nothing to show.
       and exists (select from contact c where c.id = m.survivor_id)
     order by m.id desc limit ${page.limit}`.execute(db);
  return rows.map((row) => ({
    id: row.id,
    survivorId: row.survivor_id,
    absorbedId: row.absorbed_id,
    mergedAt: row.merged_at,
    mergedBy: { kind: row.merged_by_kind, id: row.merged_by },
    undoUntil: row.undo_until,
    undoneAt: row.undone_at,
    isUndoable: row.is_undoable,
  }));
}
