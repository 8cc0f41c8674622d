import type { Database } from '#platform/database/connect.ts';

export interface SubmissionMention {
  readonly id: string;
  readonly at: Date;
  readonly status: string;
  readonly formVersionId: string;
  readonly language: string;
}

/** Forms a contact sent in, newest first; without what they typed. */
export async function listSubmissionsOf(db: Database, contactId: string, limit = 1000): Promise<SubmissionMention[]> {
  const rows = await db
    .selectFrom('submission')
    .select(['id', 'created_at', 'status', 'form_version_id', 'language'])
    .where('contact_id', '=', contactId)
    .orderBy('created_at', 'desc')
    .limit(limit)
    .execute();

  return rows.map((row) => ({
    id: row.id,
    at: row.created_at,
    status: row.status,
    formVersionId: row.form_version_id,
    language: row.language,
  }));
}
