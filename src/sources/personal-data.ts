import { holdsNothing } from '#src/personal-data.ts';

export const sourcesData = holdsNothing('sources', {
  source: { impersonal: 'where data came from; given to a person with each datum it accounts for' },
  provenance: { impersonal: 'combinations of source, purpose and basis shared by many people' },
});
