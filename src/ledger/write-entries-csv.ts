import Papa from 'papaparse';
import type { Database } from '#platform/database/connect.ts';
import { toPublicId } from '#platform/http/ids.ts';
import { gradeEvidence } from '#src/consent/grade-evidence.ts';
import { withoutFormula } from '#src/contacts/write-csv.ts';
import type { Purpose } from '#src/purposes/purpose.ts';
import { actorIdOf } from './entry.ts';
import { type EntryFilter, type ListedEntry, listEntries } from './list-entries.ts';

const columns = [
  'entry',
  'position',
  'event',
  'contact',
  'purpose',
  'purpose_version',
  'channel',
  'legal_basis',
  'permission_ground',
  'occurred_at',
  'recorded_at',
  'until',
  'method',
  'by',
  'by_id',
  'language',
  'text_shown_sha256',
  'evidence_grade',
  'leaf_hash',
] as const;

/** Entries read at a time. */
const PAGE = 2000;

/**
 * The entries that match, newest first, as CSV that is written while it is read: a ledger of millions takes no more memory
 * than a page of it. People appear under their ids alone; whoever may know who they are can look them up.
 */
export function writeEntriesCsv(
  db: Database,
  filter: EntryFilter,
  purposes: readonly Purpose[],
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  const slugs = new Map(purposes.map((purpose) => [purpose.id, purpose.slug]));
  let before: string | undefined;
  return new ReadableStream({
    start(controller) {
      // Without the mark Excel takes it for another encoding.
      controller.enqueue(encoder.encode(`\uFEFF${columns.join(',')}\r\n`));
    },
    async pull(controller) {
      // A page may hold nothing that matches; an answer that goes on must have something to say.
      for (;;) {
        const page = await listEntries(db, filter, { limit: PAGE, before });
        before = page.next ?? undefined;
        const lines = page.entries.map((entry) => lineOf(entry, slugs));
        if (lines.length > 0) controller.enqueue(encoder.encode(`${Papa.unparse(lines, { newline: '\r\n' })}\r\n`));
        if (!before) return controller.close();
        if (lines.length > 0) return;
      }
    },
  });
}

function lineOf(entry: ListedEntry, slugs: ReadonlyMap<string, string>): string[] {
  const actorId = actorIdOf(entry.actor);
  const cells: Record<(typeof columns)[number], string | number | null | undefined> = {
    entry: toPublicId('led', entry.id),
    position: entry.position,
    event: entry.kind,
    contact: toPublicId('con', entry.contactId),
    purpose: entry.purpose && (slugs.get(entry.purpose.id) ?? entry.purpose.id),
    purpose_version: entry.purpose?.version,
    channel: entry.channel,
    legal_basis: entry.legalBasis,
    permission_ground: entry.permissionGround,
    occurred_at: entry.occurredAt.toISOString(),
    recorded_at: entry.recordedAt.toISOString(),
    until: entry.until?.toISOString(),
    method: entry.method,
    by: entry.actor.kind,
    by_id: actorId && toPublicId(entry.actor.kind === 'api' ? 'key' : 'stf', actorId),
    language: entry.language,
    text_shown_sha256: entry.noticeHash,
    evidence_grade: gradeEvidence(entry),
    leaf_hash: entry.leafHash.toString('hex'),
  };
  return columns.map((column) => withoutFormula(String(cells[column] ?? '')));
}
