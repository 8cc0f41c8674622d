import type { Database } from '#platform/database/connect.ts';
import { recordsOf } from '#src/merging/find-living.ts';
import type { EvidenceType } from './evidence-file.ts';

export interface EvidenceMention {
  readonly id: string;
  readonly entryId: string;
  readonly mediaType: EvidenceType;
  readonly size: number;
  readonly sha256: string;
  readonly addedAt: Date;
}

/** Files kept for a contact, oldest first, without what is in them. */
export async function listEvidenceOf(db: Database, contactId: string): Promise<EvidenceMention[]> {
  const rows = await db
    .selectFrom('evidence_file')
    .select(['id', 'entry_id', 'media_type', 'size', 'sha256', 'added_at'])
    .where('contact_id', 'in', await recordsOf(db, contactId))
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    entryId: row.entry_id,
    mediaType: row.media_type as EvidenceType,
    size: row.size,
    sha256: row.sha256.toString('hex'),
    addedAt: row.added_at,
  }));
}

/** What is in a file of this contact; of anybody else's it says nothing. */
export async function findEvidenceContent(
  db: Database,
  of: { id: string; contactId: string },
): Promise<{ content: Buffer; mediaType: EvidenceType } | undefined> {
  const row = await db
    .selectFrom('evidence_file')
    .select(['content', 'media_type'])
    .where('id', '=', of.id)
    .where('contact_id', 'in', await recordsOf(db, of.contactId))
    .executeTakeFirst();
  return row && { content: row.content, mediaType: row.media_type as EvidenceType };
}
