import { holdsNothing } from '#src/personal-data.ts';

export const registerData = holdsNothing('register', {
  controller: { impersonal: 'who we are, published on every page' },
  instance: { impersonal: 'facts about this installation' },
  migration: { impersonal: 'which migrations ran' },
});
