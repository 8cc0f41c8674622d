import type { PersonalData } from '#src/personal-data.ts';
import { findEvidenceContent, listEvidenceOf } from './find-evidence.ts';

export const evidenceFilesData: PersonalData = {
  slice: 'evidence-files',
  tables: {
    evidence_file: {
      columns: {
        id: 'reference',
        contact_id: 'reference',
        entry_id: 'exported',
        media_type: 'exported',
        size: 'exported',
        sha256: 'exported',
        content: 'exported',
        added_by: 'reference',
        added_at: 'exported',
      },
      onErasure: 'deleted',
    },
  },

  async export(db, contactId) {
    const files = await listEvidenceOf(db, contactId);
    const items = [];
    for (const file of files) {
      const found = await findEvidenceContent(db, { id: file.id, contactId });
      items.push({
        fields: {
          proves_entry: file.entryId,
          type: file.mediaType,
          size: file.size,
          sha256: file.sha256,
          added_at: file.addedAt.toISOString(),
          content_base64: found?.content.toString('base64') ?? null,
        },
      });
    }
    return [{ section: 'evidence', items }];
  },

  /** Goes with the ledger entries it proves. */
  erase: async () => {},
};
