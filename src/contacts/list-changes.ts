import type { Database } from '#platform/database/connect.ts';

export interface RecordedChange {
  readonly id: string;
  readonly field: string;
  readonly reason: string | null;
  readonly actor: string;
  readonly actorId: string | null;
  readonly at: Date;
}

/** What was corrected about a contact and by whom, newest first; not what the values were. */
export async function listChangesOf(db: Database, contactId: string, limit = 1000): Promise<RecordedChange[]> {
  const rows = await db
    .selectFrom('contact_change')
    .select(['id', 'field', 'reason', 'changed_by_kind', 'changed_by', 'changed_at'])
    .where('contact_id', '=', contactId)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();

  return rows.map((row) => ({
    id: row.id,
    field: row.field,
    reason: row.reason,
    actor: row.changed_by_kind,
    actorId: row.changed_by,
    at: row.changed_at,
  }));
}
