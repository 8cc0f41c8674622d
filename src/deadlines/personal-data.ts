import { holdsNothing } from '#src/personal-data.ts';

export const deadlinesData = holdsNothing('deadlines', { holiday_override: { impersonal: 'days off by decree' } });
