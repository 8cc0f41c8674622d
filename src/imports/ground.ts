import { AppError, invalidFields } from '#platform/app-error.ts';
import type { Transaction } from '#platform/database/connect.ts';
import { findPurpose, listPurposeVersions } from '#src/purposes/find-purpose.ts';
import type { Purpose } from '#src/purposes/purpose.ts';
import { recordProvenance, recordSource } from '#src/sources/record-source.ts';
import type { Import, ImportSettings } from './import.ts';

/** What is the same for every row of an import. */
export interface Ground {
  readonly importId: string;
  readonly settings: ImportSettings;
  readonly purpose: Purpose;
  /** When each version of the purpose began, oldest first: a consent is read against the words of its time. */
  readonly versions: readonly { readonly version: number; readonly at: Date }[];
  readonly sourceId: string;
  /** Of data whose basis is known, where the file has one, and of data that must be quarantined. */
  readonly provenance: { readonly known: string | null; readonly unknown: string };
}

/**
 * The purpose these settings name.
 *
 * @throws AppError 422 `unknown-purpose`, `basis-not-of-purpose`: each purpose has one basis, chosen in the register
 */
export async function purposeOf(db: Transaction, settings: ImportSettings): Promise<Purpose> {
  const purpose = await findPurpose(db, settings.purpose);
  if (!purpose || purpose.archivedAt) throw invalidFields([{ field: 'purpose', code: 'unknown-purpose' }]);
  if (settings.legalBasis !== 'unknown' && settings.legalBasis !== purpose.legalBasis) {
    throw invalidFields([{ field: 'legalBasis', code: 'basis-not-of-purpose' }]);
  }
  return purpose;
}

/** Lays the ground for the rows: source and provenances, written down. A check lays it in a transaction that it rolls back. */
export async function layGround(tx: Transaction, one: Import): Promise<Ground> {
  const { settings } = one;
  if (!settings) throw new AppError('import-state', { status: 409 });
  const purpose = await purposeOf(tx, settings);
  const sourceId =
    one.sourceId ?? (await recordSource(tx, { kind: 'import', label: settings.source, obtainedFrom: settings.obtainedFrom }));
  const of = (legalBasis: ImportSettings['legalBasis']) =>
    recordProvenance(tx, {
      sourceId,
      purposeId: purpose.id,
      legalBasis,
      providedBySubject: settings.obtainedFrom === 'data-subject',
    });
  const versions = await listPurposeVersions(tx, purpose.id);
  return {
    importId: one.id,
    settings,
    purpose,
    versions: versions.map(({ version, recorded_at }) => ({ version, at: recorded_at })).reverse(),
    sourceId,
    provenance: {
      known: settings.legalBasis === 'unknown' ? null : await of(settings.legalBasis),
      unknown: await of('unknown'),
    },
  };
}

/** What the purpose said then: a consent does not cover what was added to it since. */
export function versionAt({ versions }: Ground, at: Date): number {
  return versions.findLast((one) => one.at <= at)?.version ?? 1;
}
