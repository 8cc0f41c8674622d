/** Words of the copy a person receives (Art. 15, 20). Field names stay as they are: programs read them. */
export const exportWords = {
  columns: {
    section: 'Section',
    item: 'No.',
    field: 'Field',
    value: 'Value',
    source: 'Where it came from',
    obtainedFrom: 'Obtained from',
    purpose: 'What it is used for',
    legalBasis: 'Legal basis',
    retention: 'Kept until',
  },
  sections: {
    record: 'Record',
    facts: 'Data about you',
    addresses: 'Addresses',
    permissions: 'What may be done with your data',
    ledger: 'Consents and other legal facts',
    questions: 'Questions we asked you of our own accord',
    evidence: 'Files that show your consents',
    history: 'Consents proven by another company',
    submissions: 'Forms sent',
    'held-submissions': 'Forms sent and put aside to be looked at',
    parental: 'Consent of a parent',
    imports: 'Files you were brought in with',
    messages: 'Messages to you',
    changes: 'Changes',
    merges: 'Records of you that were united',
    duplicates: 'Comparisons of your record with others',
    suppression: 'Addresses that are not used',
    holds: 'Why your data are kept longer',
    retention: 'Due to be erased',
    disclosures: 'To whom your data were given',
    told: 'Where we have data from that you did not give us',
    'shared-evidence': 'What shows the consent of several people at once, you among them',
    'asked-once': 'Addresses we asked once for consent and never ask again',
    access: 'Who saw or exported your data',
  },
  obtainedFrom: { 'data-subject': 'you', other: 'someone else' },
  legalBasis: {
    consent: 'consent (Art. 6(1)(a) GDPR)',
    contract: 'contract (Art. 6(1)(b) GDPR)',
    'legal-obligation': 'legal obligation (Art. 6(1)(c) GDPR)',
    'vital-interests': 'vital interests (Art. 6(1)(d) GDPR)',
    'public-task': 'task in the public interest (Art. 6(1)(e) GDPR)',
    'legitimate-interests': 'legitimate interests (Art. 6(1)(f) GDPR)',
    unknown: 'not established: the data are quarantined',
  },
  retention: (months: number, starts: 'withdrawal' | 'last-activity' | 'end-of-contract' | 'collection'): string => {
    const from = {
      withdrawal: 'consent is withdrawn',
      'last-activity': 'the last activity',
      'end-of-contract': 'the contract ends',
      collection: 'collection',
    }[starts];
    return months === 0 ? `until ${from}` : `${months} months after ${from}`;
  },
};

export type ExportWords = typeof exportWords;
