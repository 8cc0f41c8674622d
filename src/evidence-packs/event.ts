import type { Database } from '#platform/database/connect.ts';
import { type EvidenceGrade, gradeEvidence } from '#src/consent/grade-evidence.ts';
import type { Language, Texts } from '#src/languages/languages.ts';
import { actorIdOf, type EntryKind, type Evidence } from '#src/ledger/entry.ts';
import type { RecordedEntry } from '#src/ledger/find-entry.ts';
import { findNoticeByHash, type Notice } from '#src/notices/find-notice.ts';
import { findPurposeVersion } from '#src/purposes/find-purpose.ts';
import { findSource } from '#src/sources/find-source.ts';
import { namesOfStaff } from '#src/staff/find-staff.ts';

/** One legal fact as a pack tells of it. Members that a capsule does not keep are null there. */
export interface PackEvent {
  readonly entry: string;
  readonly kind: EntryKind;
  readonly purpose: { readonly slug: string; readonly version: number; readonly name: Texts } | null;
  readonly channel: string | null;
  readonly legalBasis: string | null;
  readonly permissionGround: string | null;
  readonly occurredAt: string;
  readonly recordedAt: string | null;
  readonly until: string | null;
  readonly method: string;
  readonly by: { readonly kind: string; readonly name: string | null };
  readonly language: Language | null;
  readonly notice: { readonly hash: string; readonly slug: string; readonly version: number } | null;
  readonly evidence: Evidence;
  readonly grade: EvidenceGrade | null;
  readonly source: { readonly kind: string; readonly label: string } | null;
  readonly leafHash: string;
  /** Whether `proofs/<entry>.tlog-proof` is there. */
  readonly proven: boolean;
  /** Position in the log from 0, when proven. */
  readonly position: number | null;
  /** Whether the proof opens the entry's words, or only shows its leaf. */
  readonly opens: boolean;
}

/** What an entry says, in full, and the text it names. */
export async function describeEntry(
  db: Database,
  entry: RecordedEntry,
): Promise<{ event: Omit<PackEvent, 'proven' | 'position' | 'opens'>; notice: Notice | undefined }> {
  const actorId = actorIdOf(entry.actor);
  const [purpose, notice, source, names] = await Promise.all([
    entry.purpose && findPurposeVersion(db, entry.purpose.id, entry.purpose.version),
    entry.noticeHash === undefined ? undefined : findNoticeByHash(db, entry.noticeHash),
    findSource(db, entry.sourceId),
    namesOfStaff(db, entry.actor.kind === 'staff' && actorId ? [actorId] : []),
  ]);
  return {
    notice,
    event: {
      entry: entry.id,
      kind: entry.kind,
      purpose: purpose ? { slug: purpose.slug, version: purpose.version, name: purpose.name } : null,
      channel: entry.channel ?? null,
      legalBasis: entry.legalBasis ?? null,
      permissionGround: entry.permissionGround ?? null,
      occurredAt: entry.occurredAt.toISOString(),
      recordedAt: entry.recordedAt.toISOString(),
      until: entry.until?.toISOString() ?? null,
      method: entry.method,
      by: { kind: entry.actor.kind, name: (actorId && names.get(actorId)) ?? null },
      language: entry.language ?? null,
      notice: notice ? { hash: notice.hash, slug: notice.slug, version: notice.version } : null,
      evidence: entry.evidence ?? {},
      grade: gradeEvidence(entry) ?? null,
      source: source ? { kind: source.kind, label: source.label } : null,
      leafHash: entry.leafHash.toString('hex'),
    },
  };
}
