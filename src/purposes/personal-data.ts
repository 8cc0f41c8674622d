import { holdsNothing } from '#src/personal-data.ts';

export const purposesData = holdsNothing('purposes', {
  purpose: { impersonal: 'why data are used, not whose' },
  purpose_version: { impersonal: 'what a purpose said at each version' },
});
