import type { Database } from '#platform/database/connect.ts';
import type { Texts } from '#src/languages/languages.ts';
import type { LegalBasis, RetentionRule } from '#src/purposes/purpose.ts';
import type { ObtainedFrom, SourceKind } from './source.ts';

/** Where a datum came from, what for, on which basis, and for how long: everything Art. 15(1) asks of it. */
export interface Provenance {
  readonly id: string;
  readonly source: {
    readonly id: string;
    readonly kind: SourceKind;
    readonly label: string;
    readonly obtainedFrom: ObtainedFrom;
  };
  readonly purpose: { readonly id: string; readonly slug: string; readonly name: Texts };
  readonly legalBasis: LegalBasis | 'unknown';
  readonly retention: RetentionRule;
  readonly providedBySubject: boolean;
  readonly at: Date;
}

/** Those provenances, by id; ids that do not exist are not in the answer. */
export async function findProvenances(db: Database, ids: readonly string[]): Promise<Map<string, Provenance>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('provenance')
    .innerJoin('source', 'source.id', 'provenance.source_id')
    .innerJoin('purpose', 'purpose.id', 'provenance.purpose_id')
    .select([
      'provenance.id',
      'provenance.legal_basis',
      'provenance.retention',
      'provenance.provided_by_subject',
      'provenance.created_at',
      'source.id as source_id',
      'source.kind',
      'source.label',
      'source.obtained_from',
      'purpose.id as purpose_id',
      'purpose.slug',
      'purpose.name',
    ])
    .where('provenance.id', 'in', [...new Set(ids)])
    .execute();
  return new Map(
    rows.map((row) => [
      row.id,
      {
        id: row.id,
        source: {
          id: row.source_id,
          kind: row.kind as SourceKind,
          label: row.label,
          obtainedFrom: row.obtained_from as ObtainedFrom,
        },
        purpose: { id: row.purpose_id, slug: row.slug, name: row.name as unknown as Texts },
        legalBasis: row.legal_basis as LegalBasis | 'unknown',
        retention: row.retention as unknown as RetentionRule,
        providedBySubject: row.provided_by_subject,
        at: row.created_at,
      },
    ]),
  );
}

/** Ids of everything that rests on this source. */
export async function findProvenanceIdsOf(db: Database, sourceId: string): Promise<string[]> {
  const rows = await db.selectFrom('provenance').select('id').where('source_id', '=', sourceId).execute();
  return rows.map((row) => row.id);
}

/** Sources in use, newest first, for choosing one in a filter. */
export async function listSources(db: Database, limit = 200) {
  return db
    .selectFrom('source')
    .select(['id', 'kind', 'label', 'obtained_from', 'created_at'])
    .orderBy('created_at', 'desc')
    .limit(limit)
    .execute();
}
