import { holdsNothing } from '#src/personal-data.ts';

export const apiKeysData = holdsNothing('api-keys', { api_key: { impersonal: 'keys of programs' } });
