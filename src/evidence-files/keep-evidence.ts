import { createHash } from 'node:crypto';
import { invalidFields } from '#platform/app-error.ts';
import type { Transaction } from '#platform/database/connect.ts';
import { type EvidenceType, evidenceTypeOf, evidenceTypes, MOST_BYTES } from './evidence-file.ts';

/** A file that was looked at and may be kept. */
export interface ReadEvidence {
  readonly content: Buffer;
  readonly mediaType: EvidenceType;
  /** Hex. Named by the ledger entry, whose leaf makes the file tamper-evident. */
  readonly sha256: string;
}

/**
 * Reads a file as it was sent.
 *
 * @throws AppError 422 on `field`: `not-base64`, `file-empty`, `file-too-large`, `file-kind-refused`
 */
export function readEvidence(base64: string, field = 'file'): ReadEvidence {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) throw invalidFields([{ field, code: 'not-base64' }]);
  const content = Buffer.from(base64, 'base64');
  if (content.length === 0) throw invalidFields([{ field, code: 'file-empty' }]);
  if (content.length > MOST_BYTES) {
    throw invalidFields([{ field, code: 'file-too-large', values: { max: MOST_BYTES / 1024 / 1024 } }]);
  }
  const mediaType = evidenceTypeOf(content);
  if (!mediaType) {
    throw invalidFields([{ field, code: 'file-kind-refused', values: { options: evidenceTypes.join(', ') } }]);
  }
  return { content, mediaType, sha256: createHash('sha256').update(content).digest('hex') };
}

/** Keeps a file beside the entry it proves. Never changed; erased with the person. */
export async function keepEvidence(
  tx: Transaction,
  kept: { contactId: string; entryId: string; evidence: ReadEvidence; addedBy: string | null },
): Promise<string> {
  const { evidence } = kept;
  const row = await tx
    .insertInto('evidence_file')
    .values({
      contact_id: kept.contactId,
      entry_id: kept.entryId,
      media_type: evidence.mediaType,
      size: evidence.content.length,
      sha256: Buffer.from(evidence.sha256, 'hex'),
      content: evidence.content,
      added_by: kept.addedBy,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}
