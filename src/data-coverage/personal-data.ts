import { holdsNothing } from '#src/personal-data.ts';

export const coverageData = holdsNothing('data-coverage', { coverage_count: { impersonal: 'the last count; numbers only' } });
