import { inTransaction } from '#platform/database/connect.ts';
import { languages } from '#src/languages/languages.ts';
import { inviteStaffMember } from '#src/staff/invite-staff-member.ts';
import { roles } from '#src/staff/roles.ts';
import { staffEmail } from '#src/staff/staff-email.ts';
import { oneOf, type Run, text, UsageError } from './command.ts';
import { withServices } from './with-services.ts';

/** Invites a staff member. */
export const addStaff: Run = async (values, terminal) => {
  const email = staffEmail.safeParse(text(values, 'email'));
  if (!email.success) throw new UsageError('--email needs an e-mail address, such as name@example.com.');
  const invite = {
    email: email.data,
    role: oneOf(values, 'role', roles),
    name: typeof values.name === 'string' ? values.name.trim() : '',
    language: oneOf(values, 'language', languages, 'bg'),
    actor: { kind: 'command' as const },
  };

  return withServices(terminal, async ({ services: { db, config } }) => {
    const { secret } = await inTransaction(db, (tx) => inviteStaffMember(tx, invite));
    const inviteUrl = `${config.publicUrl}/invite/${secret}`;
    terminal.data(values.json ? `${JSON.stringify({ inviteUrl })}\n` : `${inviteUrl}\n`);
    terminal.talk('Send this link to them. It works once, for seven days.');
    return 0;
  });
};
