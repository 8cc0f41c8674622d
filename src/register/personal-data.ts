import { holdsNothing } from '#src/personal-data.ts';

export const registerData = holdsNothing('register', {
  controller: { impersonal: 'who we are, published on every page' },
  migration: { impersonal: 'which migrations ran' },
});
