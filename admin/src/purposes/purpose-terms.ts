import type { Purpose, PurposeTerms } from '../api/types.ts';

/** The strictest beginning: consent, confirmed, nothing else decided. */
export const newTerms: PurposeTerms = {
  name: { bg: '', en: '' },
  explanation: { bg: '', en: '' },
  legalBasis: 'consent',
  dataCategories: ['email'],
  channels: ['email'],
  recipients: [],
  retention: { starts: 'withdrawal', months: 0 },
  isMarketing: false,
  doubleOptIn: true,
  consentValidMonths: null,
  isMeasurement: false,
  isExplicit: false,
  needsAge: false,
  renewBeforeDays: 30,
  askAgainAfterMonths: 12,
};

/** What of a purpose can be revised. */
export function termsOf(purpose: Purpose): PurposeTerms {
  const {
    name,
    explanation,
    legalBasis,
    dataCategories,
    channels,
    recipients,
    retention,
    isMarketing,
    doubleOptIn,
    consentValidMonths,
    isMeasurement,
    isExplicit,
    needsAge,
    renewBeforeDays,
    askAgainAfterMonths,
  } = purpose;

  return {
    name,
    explanation,
    legalBasis,
    dataCategories,
    channels,
    recipients,
    retention,
    isMarketing,
    doubleOptIn,
    consentValidMonths,
    isMeasurement,
    isExplicit,
    needsAge,
    renewBeforeDays,
    askAgainAfterMonths,
  };
}
