import type { RetentionRule } from '#src/purposes/purpose.ts';

const starts: Readonly<Record<RetentionRule['starts'], string>> = {
  withdrawal: 'consent is withdrawn or ends',
  'last-activity': 'the last activity',
  'end-of-contract': 'the contract or other basis ends',
  collection: 'the data were collected',
};

/** Words of the certificate of a batch whose time was over. */
export const retentionWords = {
  /** Columns of the forecast as a table. */
  forecast: ['Month', 'Purpose', 'People', 'Single data'],
  intro:
    'This certificate says what was erased because its storage period had ended (Art. 5(1)(e) and 17(1)(a) GDPR). It names nobody. It is signed, and can be checked without us.',
  what: 'What was carried out',
  purpose: 'Purpose whose period ended last',
  rule: 'Rule',
  ruleOf: ({ starts: from, months }: RetentionRule): string => `${months} months after ${starts[from]}`,
  decision: 'Decision',
  automatic: 'The rule is carried out by itself',
  approved: 'Approved by authorised staff',
  approvedBy: 'Approved by',
  proposedAt: 'Proposed',
  approvedAt: 'Approved',
  finishedAt: 'Finished',
  counts: 'In numbers',
  planned: 'Approved',
  peopleAndData: (people: number, data: number): string => `${people} people, ${data} single data of others`,
  erased: 'People erased',
  removed: 'Single data removed',
  sealed: 'With evidence kept under seal (Art. 17(3))',
  activeAgain: 'Left alone: active again',
  onHold: 'Left alone: on hold (Art. 17(3)(b), (e))',
  restricted: 'Left alone: restricted (Art. 18)',
  united: 'Left alone: united with another record since',
  goneBefore: 'Gone before by other means',
  journal: 'Journal of erasures',
  journalText: (entries: number): string =>
    `The journal names ${entries} records under this batch. SHA-256 over their random ids, sorted, one a line:`,
  stays: 'What stays',
  staysText: 'Of erased people there stays only the following, which does not say who they were:',
  deleted: 'Deleted of each erased person, in these tables',
};

export type RetentionWords = typeof retentionWords;
