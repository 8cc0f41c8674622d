import type { Database } from '#platform/database/connect.ts';

export interface RecordedChange {
  readonly id: string;
  readonly field: string;
  readonly oldValue: string | null;
  readonly newValue: string | null;
  readonly reason: string | null;
  readonly actor: string;
  readonly actorId: string | null;
  readonly at: Date;
}

/** What was corrected about a contact, from what to what and by whom, newest first (Art. 16). */
export async function listChangesOf(db: Database, contactId: string, limit = 1000): Promise<RecordedChange[]> {
  const rows = await db
    .selectFrom('contact_change')
    .select(['id', 'field', 'old_value', 'new_value', 'reason', 'changed_by_kind', 'changed_by', 'changed_at'])
    .where('contact_id', '=', contactId)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();

  return rows.map((row) => ({
    id: row.id,
    field: row.field,
    oldValue: row.old_value,
    newValue: row.new_value,
    reason: row.reason,
    actor: row.changed_by_kind,
    actorId: row.changed_by,
    at: row.changed_at,
  }));
}
