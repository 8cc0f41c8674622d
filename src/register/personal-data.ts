import { holdsNothing } from '#src/personal-data.ts';

export const registerData = holdsNothing('register', {
  controller: { impersonal: 'who we are, published on every page' },
  field_definition: { impersonal: 'which fields can be known of people, not what they say' },
  processing_activity: { impersonal: 'what is done with data, not whose' },
  processor: { impersonal: 'companies that process for us' },
  assessment: { impersonal: 'what was weighed before a purpose was begun' },
  register_security: { impersonal: 'how everything is kept secure' },
  register_version: { impersonal: 'what each part of the register said at each moment' },
  migration: { impersonal: 'which migrations ran' },
});
