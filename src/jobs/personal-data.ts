import { holdsNothing } from '#src/personal-data.ts';

export const jobsData = holdsNothing('jobs', { job: { impersonal: 'how far long work is; names and numbers only' } });
