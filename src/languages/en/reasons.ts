/** Why the gate says yes or no, for people who do not know the law. Keys are the codes of `may_process`. */
export const reasons = {
  'consent-given': 'The person gave consent.',
  'basis-asserted': 'There is a recorded legal basis, and the person has not objected.',
  'consent-never-asked': 'The person was never asked for consent.',
  'consent-not-confirmed': 'The person was asked to confirm by e-mail and has not done so yet.',
  'consent-refused': 'The person refused consent.',
  'consent-withdrawn': 'The person withdrew consent.',
  'consent-expired': 'The consent was given for a limited time, which has passed.',
  'consent-outdated': 'The purpose has changed since, and the consent does not cover what it says today.',
  'address-not-confirmed': 'The address is new, and nobody has confirmed yet that it is the person’s.',
  'already-answered': 'The question was answered in the meantime.',
  'parent-needed': 'The consent was given with a parent, and cannot be renewed by the child alone.',
  objected: 'The person objected.',
  'not-told': 'The person has not been told yet where we have their data from, and must be before others get them (Art. 14).',
  restricted: 'Processing is restricted: the data may only be stored.',
  quarantined: 'The origin of this person’s data is not proven. The data may only be reviewed, given to the person, or erased.',
  suppressed: 'This address may not be used: the person asked us to stop, or it does not work.',
  'no-address': 'There is no address for this channel.',
  'no-channel-permission':
    'Marketing by this channel needs consent, or a customer relationship in which the person could object.',
  'basis-not-recorded': 'No legal basis is recorded for this person and purpose.',
  'basis-ended': 'The legal basis has ended.',
  'channel-not-declared': 'The purpose does not provide for this channel.',
  'unknown-purpose': 'There is no such purpose, or it is no longer in use.',
  merged: 'This record was united with another of the same person; what may be done is said there.',
  'unknown-contact': 'There is no such contact.',
} as const;

export type Reason = keyof typeof reasons;
