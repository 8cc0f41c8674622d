import type { Transaction } from '#platform/database/connect.ts';
import type { LegalBasis } from '#src/purposes/purpose.ts';
import type { NewSource } from './source.ts';

/** Records where data came from; returns the source's id. A form version has one source, however often it is asked for. */
export async function recordSource(tx: Transaction, source: NewSource): Promise<string> {
  if (source.formVersionId) {
    const known = await tx
      .selectFrom('source')
      .select('id')
      .where('form_version_id', '=', source.formVersionId)
      .executeTakeFirst();
    if (known) return known.id;
  }
  const row = await tx
    .insertInto('source')
    .values({
      kind: source.kind,
      label: source.label,
      obtained_from: source.obtainedFrom,
      form_version_id: source.formVersionId ?? null,
      created_by: source.createdBy ?? null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

export interface NewProvenance {
  readonly sourceId: string;
  readonly purposeId: string;
  /** `unknown` puts the contact into quarantine. */
  readonly legalBasis: LegalBasis | 'unknown';
  readonly providedBySubject: boolean;
}

/**
 * The provenance of that source, purpose and basis, made when it is new; returns its id. The retention rule is the
 * purpose's at the time it is first used.
 */
export async function recordProvenance(tx: Transaction, provenance: NewProvenance): Promise<string> {
  const find = () =>
    tx
      .selectFrom('provenance')
      .select('id')
      .where('source_id', '=', provenance.sourceId)
      .where('purpose_id', '=', provenance.purposeId)
      .where('legal_basis', '=', provenance.legalBasis)
      .where('provided_by_subject', '=', provenance.providedBySubject)
      .executeTakeFirst();
  const known = await find();
  if (known) return known.id;

  const made = await tx
    .insertInto('provenance')
    .columns(['source_id', 'purpose_id', 'legal_basis', 'provided_by_subject', 'retention'])
    .expression((eb) =>
      eb
        .selectFrom('purpose')
        .select((of) => [
          of.val(provenance.sourceId).$castTo<string>().as('source_id'),
          'id',
          of.val(provenance.legalBasis).$castTo<string>().as('legal_basis'),
          of.val(provenance.providedBySubject).$castTo<boolean>().as('provided_by_subject'),
          'retention',
        ])
        .where('id', '=', provenance.purposeId),
    )
    .onConflict((conflict) => conflict.columns(['source_id', 'purpose_id', 'legal_basis', 'provided_by_subject']).doNothing())
    .returning('id')
    .executeTakeFirst();
  const id = made?.id ?? (await find())?.id;
  if (!id) throw new Error('a provenance needs a purpose that exists');
  return id;
}
