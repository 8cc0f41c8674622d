import { sql } from 'kysely';
import type { Database } from '#platform/database/connect.ts';
import type { Disclosure, DisclosureRule } from '#src/disclosures/disclosure.ts';
import type { Language } from '#src/languages/languages.ts';
import type { BulkExport, BulkFormat, ExportStatus, Outcome } from './export.ts';

interface ExportRow {
  readonly id: string;
  readonly status: ExportStatus;
  readonly format: BulkFormat;
  readonly language: Language;
  readonly delimiter: ',' | ';';
  readonly selection: Record<string, unknown>;
  readonly recipient_kind: Disclosure['recipient']['kind'];
  readonly recipient: string;
  readonly recipient_country: string | null;
  readonly rule: DisclosureRule;
  readonly purpose_id: string | null;
  readonly channel: string | null;
  readonly statement: string;
  readonly restriction_ground: Disclosure['restrictionGround'];
  readonly fields: string[];
  readonly recorded_by_kind: Disclosure['by']['kind'];
  readonly recorded_by: string | null;
  readonly requested_at: Date;
  readonly chosen: number;
  readonly needs_approval: boolean;
  readonly counted: Outcome | null;
  readonly decided_by: string | null;
  readonly decided_at: Date | null;
  readonly passed: number;
  readonly outcome: Outcome;
  readonly attempts: number;
  readonly finished_at: Date | null;
  readonly until: Date;
}

// The same days and hours the database itself holds everybody to. A copy under way whose server was killed is free again
// after a minute.
const columns = sql`
  select e.id, e.format, e.language, e.delimiter, e.selection, d.recipient_kind, d.recipient, d.recipient_country, d.rule, d.purpose_id, d.channel,
         d.statement, d.restriction_ground, d.fields, d.recorded_by_kind, d.recorded_by, e.requested_at, e.chosen, e.needs_approval, e.counted,
         e.decided_by, e.decided_at, e.passed, e.outcome, e.attempts, e.finished_at, export_until(e) as until,
         case when e.finished_at is not null then 'taken'
              when e.decision = 'refused' then 'refused'
              when e.beat_at > clock_timestamp() - interval '1 minute' then 'sending'
              when export_until(e) < now() then 'lapsed'
              when e.counted is null then 'counting'
              when e.needs_approval and e.decision is null then 'waiting'
              else 'ready' end as status
    from bulk_export e join disclosure d on d.id = e.id`;

export async function findExport(db: Database, id: string): Promise<BulkExport | undefined> {
  const { rows } = await sql<ExportRow>`${columns} where e.id = ${id}::uuid`.execute(db);
  return rows[0] && exportOf(rows[0]);
}

/** Newest first, from `after` on. */
export async function listExports(
  db: Database,
  page: { limit: number; after?: string | undefined },
): Promise<{ exports: BulkExport[]; next: string | null }> {
  // Ids are in the order of time.
  const after = page.after ? sql`where e.id < ${page.after}::uuid` : sql``;
  const { rows } = await sql<ExportRow>`${columns} ${after} order by e.id desc limit ${page.limit + 1}`.execute(db);
  const exports = rows.slice(0, page.limit).map(exportOf);
  return { exports, next: rows.length > page.limit ? (exports.at(-1)?.id ?? null) : null };
}

function exportOf(row: ExportRow): BulkExport {
  const isOpen = row.status === 'counting' || row.status === 'waiting' || row.status === 'ready';
  return {
    id: row.id,
    status: row.status,
    format: row.format,
    language: row.language,
    delimiter: row.delimiter,
    selection: row.selection,
    recipient: { kind: row.recipient_kind, name: row.recipient, country: row.recipient_country },
    rule: row.rule,
    purpose: row.purpose_id && row.channel ? { id: row.purpose_id, channel: row.channel } : null,
    statement: row.statement,
    restrictionGround: row.restriction_ground,
    fields: row.fields,
    by: { kind: row.recorded_by_kind, id: row.recorded_by },
    requestedAt: row.requested_at,
    chosen: row.chosen,
    needsApproval: row.needs_approval,
    counted: row.counted,
    decidedBy: row.decided_by,
    decidedAt: row.decided_at,
    passed: row.passed,
    outcome: row.outcome,
    attempts: row.attempts,
    takenAt: row.finished_at,
    until: isOpen ? row.until : null,
  };
}
