import { holdsNothing } from '#src/personal-data.ts';

export const setUpData = holdsNothing('set-up', { instance: { impersonal: 'facts about this installation' } });
