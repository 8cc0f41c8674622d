import type { Selectable } from 'kysely';
import type { Database } from '#platform/database/connect.ts';
import type { Purpose as PurposeRow } from '#platform/database/tables.ts';
import { type Purpose, type PurposeDefinition, purposeDefinition } from './purpose.ts';

export function selectPurposes(db: Database) {
  return db.selectFrom('purpose').selectAll();
}

export function purposeOf(row: Selectable<PurposeRow>): Purpose {
  return {
    ...purposeDefinition.parse({
      name: row.name,
      explanation: row.explanation,
      legalBasis: row.legal_basis,
      dataCategories: row.data_categories,
      channels: row.channels,
      recipients: row.recipients,
      retention: row.retention,
      isMarketing: row.is_marketing,
      doubleOptIn: row.double_opt_in,
      consentValidMonths: row.consent_valid_months,
    }),
    id: row.id,
    slug: row.slug,
    version: row.version,
    isMeasurement: row.is_measurement,
    isExplicit: row.is_explicit,
    needsAge: row.needs_age,
    isSystem: row.is_system,
    archivedAt: row.archived_at,
  };
}

/** The columns of a definition, as they are written. */
export function columnsOf(definition: PurposeDefinition) {
  return {
    name: JSON.stringify(definition.name),
    explanation: JSON.stringify(definition.explanation),
    legal_basis: definition.legalBasis,
    data_categories: definition.dataCategories,
    channels: definition.channels,
    recipients: JSON.stringify(definition.recipients),
    retention: JSON.stringify(definition.retention),
    is_marketing: definition.isMarketing,
    double_opt_in: definition.doubleOptIn,
    consent_valid_months: definition.consentValidMonths,
    ...(definition.isMeasurement === undefined ? {} : { is_measurement: definition.isMeasurement }),
    ...(definition.isExplicit === undefined ? {} : { is_explicit: definition.isExplicit }),
    ...(definition.needsAge === undefined ? {} : { needs_age: definition.needsAge }),
  };
}
