import { holdsNothing } from '#src/personal-data.ts';

export const staffData = holdsNothing('staff', {
  staff_member: { impersonal: 'people who work here, not contacts' },
  staff_session: { impersonal: 'sign-ins of staff' },
  staff_credential: { impersonal: 'passwords of staff' },
  staff_verification: { impersonal: 'one-time codes of staff' },
  staff_sign_in_attempt: { impersonal: 'keyed hashes of what was typed at sign-in, for a day' },
  staff_invite: { impersonal: 'invitations of staff' },
});
