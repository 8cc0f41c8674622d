import { holdsNothing } from '#src/personal-data.ts';

export const registerData = holdsNothing('register', {
  controller: { impersonal: 'who we are, published on every page' },
  field_definition: { impersonal: 'which fields can be known of people, not what they say' },
  processing_activity: { impersonal: 'what is done with data, not whose' },
  register_version: { impersonal: 'what each part of the register said at each moment' },
  migration: { impersonal: 'which migrations ran' },
});
