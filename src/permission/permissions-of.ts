import { sql } from 'kysely';
import type { Database } from '#platform/database/connect.ts';
import { type EvidenceGrade, gradeEvidence } from '#src/consent/grade-evidence.ts';
import type { Language, Texts } from '#src/languages/languages.ts';
import type { Actor, EntryKind, Evidence } from '#src/ledger/entry.ts';
import type { Channel, LegalBasis } from '#src/purposes/purpose.ts';
import { answerOf, type GateAnswer, type GateRow } from './may-process.ts';

/** One line of the lawfulness passport: what may be done, why, and the text the person saw. */
export interface Permission extends GateAnswer {
  readonly purpose: {
    readonly id: string;
    readonly slug: string;
    readonly version: number;
    readonly name: Texts;
    readonly isMarketing: boolean;
    readonly isSystem: boolean;
    readonly legalBasis: LegalBasis;
  };
  readonly channel: Channel;
  readonly notice: { readonly slug: string; readonly version: number; readonly language: Language; readonly hash: string } | null;
  /** How well the consent is proven; null where the entry that decides is no consent. */
  readonly evidenceGrade: EvidenceGrade | null;
}

interface PassportRow extends GateRow {
  purpose_id: string;
  slug: string;
  version: number;
  name: Texts;
  is_marketing: boolean;
  is_system: boolean;
  purpose_basis: LegalBasis;
  channel: Channel;
  notice_slug: string | null;
  notice_version: number | null;
  notice_language: Language | null;
  notice_hash: Buffer | null;
  actor: Actor['kind'] | null;
  method: string | null;
  kind: EntryKind | null;
  evidence: Evidence | null;
}

/** The gate's answer for every purpose in use and every channel it declares. */
export async function permissionsOf(db: Database, contactId: string): Promise<Permission[]> {
  const { rows } = await sql<PassportRow>`
    select p.id as purpose_id, p.slug, p.version, p.name, p.is_marketing, p.is_system, p.legal_basis as purpose_basis, c.channel,
           g.allowed, g.reason, g.legal_basis, g.permission_ground, g.since, g.until, g.entry_id,
           n.slug as notice_slug, n.version as notice_version, n.language as notice_language, e.notice_hash, e.actor, e.method, e.kind, e.evidence
      from purpose p
      cross join lateral unnest(p.channels) with ordinality as c(channel, place)
      cross join lateral may_process(${contactId}, p.id, c.channel) as g
      left join ledger_entry e on e.id = g.entry_id
      left join lateral (select slug, version, language from notice where hash = e.notice_hash and language = e.language
                          order by version limit 1) n on true
     where p.archived_at is null
     order by p.is_system, p.created_at, p.id, c.place`.execute(db);
  return rows.map((row) => ({
    ...answerOf(row),
    purpose: {
      id: row.purpose_id,
      slug: row.slug,
      version: row.version,
      name: row.name,
      isMarketing: row.is_marketing,
      isSystem: row.is_system,
      legalBasis: row.purpose_basis,
    },
    channel: row.channel,
    notice:
      row.notice_slug && row.notice_version && row.notice_language && row.notice_hash
        ? {
            slug: row.notice_slug,
            version: row.notice_version,
            language: row.notice_language,
            hash: row.notice_hash.toString('hex'),
          }
        : null,
    evidenceGrade: gradeOf(row),
  }));
}

function gradeOf(row: PassportRow): EvidenceGrade | null {
  if (!row.kind || !row.actor || !row.method) return null;
  return (
    gradeEvidence({
      kind: row.kind,
      method: row.method,
      actor: { kind: row.actor },
      noticeHash: row.notice_hash?.toString('hex') ?? null,
      evidence: row.evidence ?? {},
    }) ?? null
  );
}
