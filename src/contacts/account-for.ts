import { AppError } from '#platform/app-error.ts';
import type { Transaction } from '#platform/database/connect.ts';
import type { Actor } from '#src/ledger/entry.ts';
import { actorIdOf } from '#src/ledger/entry.ts';
import { findPurpose } from '#src/purposes/find-purpose.ts';
import type { LegalBasis, Purpose } from '#src/purposes/purpose.ts';
import { recordProvenance, recordSource } from '#src/sources/record-source.ts';
import type { ObtainedFrom, SourceKind } from '#src/sources/source.ts';

/** What whoever types data in must say about it: where from, what for, on which basis (Art. 5(1), 6, 13–14). */
export interface Account {
  readonly source: { readonly kind: SourceKind; readonly label: string; readonly obtainedFrom: ObtainedFrom };
  /** Id or slug. */
  readonly purpose: string;
  readonly legalBasis: LegalBasis | 'unknown';
}

export interface Accounted {
  readonly sourceId: string;
  readonly provenanceId: string;
  readonly purpose: Purpose;
  readonly legalBasis: LegalBasis | 'unknown';
}

/**
 * Records source and provenance of data about to be stored.
 *
 * @throws AppError 422: `unknown-purpose`; `consent-cannot-be-typed-in` (consent is the person's act, not a staff member's
 *   word); `basis-not-of-purpose` (each purpose has one basis, chosen in the register and not per record)
 */
export async function accountFor(tx: Transaction, account: Account, actor: Actor): Promise<Accounted> {
  const purpose = await findPurpose(tx, account.purpose);
  if (!purpose || purpose.archivedAt) throw refused('purpose', 'unknown-purpose');
  if (account.legalBasis === 'consent') throw refused('legalBasis', 'consent-cannot-be-typed-in');
  if (account.legalBasis !== 'unknown' && account.legalBasis !== purpose.legalBasis) {
    throw refused('legalBasis', 'basis-not-of-purpose');
  }
  const createdBy = actorIdOf(actor);
  const sourceId = await recordSource(tx, { ...account.source, ...(createdBy ? { createdBy } : {}) });
  const provenanceId = await recordProvenance(tx, {
    sourceId,
    purposeId: purpose.id,
    legalBasis: account.legalBasis,
    providedBySubject: account.source.obtainedFrom === 'data-subject',
  });
  return { sourceId, provenanceId, purpose, legalBasis: account.legalBasis };
}

function refused(field: string, code: string): AppError {
  return new AppError('invalid-fields', { status: 422, fields: [{ field, code }] });
}
