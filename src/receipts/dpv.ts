import type { EntryKind } from '#src/ledger/entry.ts';
import type { LegalBasis } from '#src/purposes/purpose.ts';

/**
 * Words of the W3C Data Privacy Vocabulary 2.3. The context is our own and travels inside every receipt: what DPV publishes
 * as `.jsonld` are dumps without one, and a receipt must be readable without a network. Terms that only look right
 * (`dpv:ConsentTerminated`, `dpv:hasWithdrawalMethod`, `dpv:hasExpiry`, `eu-gdpr:GDPR`) are not in 2.3.
 */
export const dpvContext = {
  dpv: 'https://w3id.org/dpv#',
  g: 'https://w3id.org/dpv/legal/eu/gdpr#',
  bg: 'https://w3id.org/dpv/legal/bg#',
  pd: 'https://w3id.org/dpv/pd#',
  loc: 'https://w3id.org/dpv/loc#',
  dct: 'http://purl.org/dc/terms/',
  xsd: 'http://www.w3.org/2001/XMLSchema#',
  rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
  id: '@id',
  type: '@type',
  conformsTo: { '@id': 'dct:conformsTo', '@type': '@id' },
  identifier: 'dct:identifier',
  version: 'dct:hasVersion',
  language: 'dct:language',
  issued: { '@id': 'dct:issued', '@type': 'xsd:dateTime' },
  title: 'dct:title',
  subject: { '@id': 'dpv:hasDataSubject', '@type': '@id' },
  controller: { '@id': 'dpv:hasDataController', '@type': '@id' },
  name: 'dpv:hasName',
  address: 'dpv:hasAddress',
  contact: 'dpv:hasContact',
  authority: { '@id': 'dpv:hasAuthority', '@type': '@id' },
  jurisdiction: { '@id': 'dpv:hasJurisdiction', '@type': '@id' },
  process: { '@id': 'dpv:hasProcess', '@type': '@id' },
  purpose: { '@id': 'dpv:hasPurpose', '@type': '@id' },
  legalBasis: { '@id': 'dpv:hasLegalBasis', '@type': '@id' },
  personalData: { '@id': 'dpv:hasPersonalData', '@type': '@id' },
  source: { '@id': 'dpv:hasDataSource', '@type': '@id' },
  recipient: { '@id': 'dpv:hasRecipient', '@type': '@id' },
  storage: { '@id': 'dpv:hasStorageCondition', '@type': '@id' },
  location: { '@id': 'dpv:hasLocation', '@type': '@id' },
  duration: { '@id': 'dpv:hasDuration', '@type': '@id' },
  value: 'rdf:value',
  notice: { '@id': 'dpv:hasNotice', '@type': '@id' },
  control: { '@id': 'dpv:hasConsentControl', '@type': '@id' },
  right: { '@id': 'dpv:hasRight', '@type': '@id' },
  exercisedAt: { '@id': 'dpv:isExercisedAt', '@type': '@id' },
  status: { '@id': 'dpv:hasConsentStatus', '@container': '@list' },
  by: { '@id': 'dpv:isIndicatedBy', '@type': '@id' },
  method: 'dpv:hasIndicationMethod',
  at: { '@id': 'dpv:isIndicatedAtTime', '@type': 'xsd:dateTime' },
  // Ours: the fields of ISO/IEC TS 27560 by their names, what proves the receipt, and its signature.
  statement: { '@id': 'urn:saglasie:receipt:statement', '@type': '@json' },
  proof: { '@id': 'urn:saglasie:receipt:proof', '@type': '@json' },
  seal: 'urn:saglasie:receipt:seal',
} as const;

/** What a consent is after an entry of this kind; entries of other kinds give it no status. */
export const consentStatus: { readonly [K in EntryKind]?: readonly string[] } = {
  'consent-requested': ['dpv:ConsentRequested'],
  'consent-given': ['dpv:ConsentGiven', 'dpv:ExpressedConsent'],
  'consent-renewed': ['dpv:RenewedConsentGiven', 'dpv:ExpressedConsent'],
  'consent-refused': ['dpv:ConsentRefused'],
  'consent-withdrawn': ['dpv:ConsentWithdrawn'],
  'consent-expired': ['dpv:ConsentExpired'],
};

export const dpvLegalBasis: { readonly [B in LegalBasis]: string } = {
  consent: 'g:A6-1-a',
  contract: 'g:A6-1-b',
  'legal-obligation': 'g:A6-1-c',
  'vital-interests': 'g:A6-1-d',
  'public-task': 'g:A6-1-e',
  'legitimate-interests': 'g:A6-1-f',
};

/** A category of data as DPV knows it, or personal data in general. */
export function dpvData(category: string): string {
  if (category === 'email') return 'pd:EmailAddress';
  if (category === 'given_name' || category === 'family_name') return 'pd:Name';
  return 'dpv:PersonalData';
}
