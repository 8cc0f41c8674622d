import type { Transaction } from '#platform/database/connect.ts';
import { findPurpose, listPurposes } from '#src/purposes/find-purpose.ts';
import type { PurposeInput } from '#src/purposes/purpose.ts';
import { createPurpose } from '#src/purposes/revise-purpose.ts';
import { builtInMeasures, type dataSubjects } from './activity.ts';
import { saveActivity } from './save-activity.ts';
import { saveSecurity } from './save-security.ts';

type DataSubject = (typeof dataSubjects)[number];

/** What nearly every company does besides, and seldom writes down. */
const more: readonly (PurposeInput & { slug: string })[] = [
  {
    slug: 'accounting',
    name: { bg: 'Счетоводство и данъци', en: 'Accounting and taxes' },
    explanation: {
      bg: 'Съставяме и съхраняваме счетоводни документи, както изискват Законът за счетоводството и данъчните закони.',
      en: 'We draw up and keep accounting documents, as the Accountancy Act and tax laws require.',
    },
    legalBasis: 'legal-obligation',
    dataCategories: ['given_name', 'family_name', 'company', 'email', 'postal_address'],
    channels: ['none'],
    recipients: [],
    retention: { starts: 'collection', months: 120 },
    isMarketing: false,
    doubleOptIn: false,
  },
  {
    slug: 'suppliers-and-partners',
    name: { bg: 'Връзки с доставчици и партньори', en: 'Suppliers and partners' },
    explanation: {
      bg: 'Поддържаме връзка с лицата за контакт при нашите доставчици и партньори.',
      en: 'We keep in touch with the people who represent our suppliers and partners.',
    },
    legalBasis: 'legitimate-interests',
    dataCategories: ['given_name', 'family_name', 'company', 'job_title', 'email', 'phone'],
    channels: ['email', 'phone', 'none'],
    recipients: [],
    retention: { starts: 'last-activity', months: 24 },
    isMarketing: false,
    doubleOptIn: false,
  },
];

const subjectsOf: Readonly<Record<string, readonly DataSubject[]>> = {
  newsletter: ['subscribers'],
  'customer-relations': ['customers', 'prospects'],
  'information-on-request': ['prospects'],
  'consent-confirmation': ['subscribers'],
  'purpose-changes': ['subscribers', 'customers'],
  'parental-confirmation': ['others'],
  accounting: ['customers', 'suppliers'],
  'suppliers-and-partners': ['suppliers', 'partners'],
};

/**
 * The register a small company starts with: activities it surely has, whom they concern, and the measures the program itself
 * takes. What exists is left as it is. Nothing is marked as reviewed, and no interest as weighed: that is for people to do.
 */
export async function ensureStarterRegister(
  tx: Transaction,
  by: string | null,
): Promise<{ purposes: number; activities: number }> {
  let purposes = 0;
  for (const purpose of more) {
    if (await findPurpose(tx, purpose.slug)) continue;
    await createPurpose(tx, purpose);
    purposes += 1;
  }
  const begun = await tx.selectFrom('processing_activity').select('purpose_id').execute();
  let activities = 0;
  for (const purpose of await listPurposes(tx)) {
    const subjects = subjectsOf[purpose.slug];
    if (!subjects || begun.some(({ purpose_id }) => purpose_id === purpose.id)) continue;
    await saveActivity(
      tx,
      purpose.id,
      {
        dataSubjects: [...subjects],
        specialCondition: null,
        specialReason: null,
        securityMeasures: [],
        securityNote: null,
        note: null,
        processorIds: [],
        reviewedOn: null,
        nextReviewOn: null,
      },
      by,
    );
    activities += 1;
  }
  const security = await tx.selectFrom('register_security').select('only_one').executeTakeFirst();
  if (!security) await saveSecurity(tx, { measures: [...builtInMeasures], note: null }, by);
  return { purposes, activities };
}
