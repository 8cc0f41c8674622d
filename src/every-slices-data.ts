import { apiKeysData } from '#src/api-keys/personal-data.ts';
import { approachesData } from '#src/approaches/personal-data.ts';
import { auditData } from '#src/audit/personal-data.ts';
import { contactsData } from '#src/contacts/personal-data.ts';
import { coverageData } from '#src/data-coverage/personal-data.ts';
import { deadlinesData } from '#src/deadlines/personal-data.ts';
import { deliveryData } from '#src/delivery/personal-data.ts';
import { disclosuresData } from '#src/disclosures/personal-data.ts';
import { duplicatesData } from '#src/duplicates/personal-data.ts';
import { erasureData } from '#src/erasure/personal-data.ts';
import { evidenceFilesData } from '#src/evidence-files/personal-data.ts';
import { exportsData } from '#src/exports/personal-data.ts';
import { formsData } from '#src/forms/personal-data.ts';
import { idempotencyData } from '#src/idempotency/personal-data.ts';
import { importsData } from '#src/imports/personal-data.ts';
import { informationDutyData } from '#src/information-duty/personal-data.ts';
import { jobsData } from '#src/jobs/personal-data.ts';
import { ledgerData } from '#src/ledger/personal-data.ts';
import { mergingData } from '#src/merging/personal-data.ts';
import { noticesData } from '#src/notices/personal-data.ts';
import { permissionData } from '#src/permission/personal-data.ts';
import type { PersonalData } from '#src/personal-data.ts';
import { purposesData } from '#src/purposes/personal-data.ts';
import { quarantineData } from '#src/quarantine/personal-data.ts';
import { receiptsData } from '#src/receipts/personal-data.ts';
import { registerData } from '#src/register/personal-data.ts';
import { retentionData } from '#src/retention/personal-data.ts';
import { sealedEvidenceData } from '#src/sealed-evidence/personal-data.ts';
import { setUpData } from '#src/set-up/personal-data.ts';
import { sourcesData } from '#src/sources/personal-data.ts';
import { staffData } from '#src/staff/personal-data.ts';

/**
 * What every slice holds about a person, in the order it is given to them, and erased: the contact's own row goes last,
 * so that whatever refers to it is gone before.
 */
export const everySlicesData: readonly PersonalData[] = [
  setUpData,
  jobsData,
  deadlinesData,
  coverageData,
  staffData,
  apiKeysData,
  registerData,
  purposesData,
  noticesData,
  sourcesData,
  permissionData,
  formsData,
  deliveryData,
  approachesData,
  informationDutyData,
  quarantineData,
  sealedEvidenceData,
  evidenceFilesData,
  duplicatesData,
  mergingData,
  ledgerData,
  receiptsData,
  retentionData,
  erasureData,
  idempotencyData,
  disclosuresData,
  exportsData,
  importsData,
  auditData,
  contactsData,
];
