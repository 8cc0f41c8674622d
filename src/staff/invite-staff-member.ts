import { sql } from 'kysely';
import { AppError } from '#platform/app-error.ts';
import type { Database, Transaction } from '#platform/database/connect.ts';
import { type AuditActor, recordAudit } from '#src/audit/record-audit.ts';
import type { Language } from '#src/languages/languages.ts';
import { addStaffMember } from './add-staff-member.ts';
import type { Role } from './roles.ts';
import { createSecret, hashSecret } from './secret-link.ts';

export interface Invite {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly language: Language;
}

interface NewInvite extends Omit<Invite, 'id'> {
  readonly actor: AuditActor;
  readonly requestId?: string;
}

/** How long an invite can be taken up. */
const DAYS = 7;

/**
 * Invites a colleague and answers the secret of the one link that makes them a member. Earlier invites of the address stop
 * working.
 *
 * @throws AppError 409 `member-exists`
 */
export async function inviteStaffMember(tx: Transaction, invite: NewInvite): Promise<{ secret: string; inviteId: string }> {
  const email = invite.email.toLowerCase();
  const member = await tx.selectFrom('staff_member').select('id').where('email', '=', email).executeTakeFirst();
  if (member) throw new AppError('member-exists', { status: 409 });

  const { text: secret, hash } = createSecret();
  await tx
    .updateTable('staff_invite')
    .set({ accepted_at: sql<Date>`now()` })
    .where('email', '=', email)
    .where('accepted_at', 'is', null)
    .execute();
  const { id: inviteId } = await tx
    .insertInto('staff_invite')
    .values({
      token_hash: hash,
      email,
      name: invite.name,
      role: invite.role,
      language: invite.language,
      invited_by: invite.actor.kind === 'staff' ? invite.actor.staffId : null,
      expires_at: sql<Date>`now() + make_interval(days => ${DAYS})`,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await recordAudit(tx, {
    actor: invite.actor,
    action: 'staff.invited',
    detail: { role: invite.role },
    ...(invite.requestId ? { requestId: invite.requestId } : {}),
  });

  return { secret, inviteId };
}

/** The invite behind a link that still works. */
export async function findInvite(db: Database, secret: string): Promise<Invite | undefined> {
  const row = await openInvites(db, secret).executeTakeFirst();

  return row && { ...row, role: row.role as Role, language: row.language as Language };
}

/** Makes the member, once; `undefined` when the link does not work any more. */
export async function acceptInvite(
  tx: Transaction,
  acceptance: { secret: string; name: string; password: string; requestId: string },
): Promise<{ staffId: string; email: string } | undefined> {
  // Locked: of two acceptances at once the second finds the invite used.
  const invite = await openInvites(tx, acceptance.secret).forUpdate().executeTakeFirst();
  if (!invite) return undefined;
  const staffId = await addStaffMember(tx, {
    name: acceptance.name,
    email: invite.email,
    role: invite.role as Role,
    language: invite.language as Language,
    password: acceptance.password,
  });
  if (!staffId) return undefined;
  await tx.updateTable('staff_invite').set({ accepted_at: sql<Date>`now()` }).where('id', '=', invite.id).execute();
  await recordAudit(tx, {
    actor: { kind: 'staff', staffId },
    action: 'staff.joined',
    subject: { kind: 'staff-member', id: staffId },
    detail: { role: invite.role },
    requestId: acceptance.requestId,
  });

  return { staffId, email: invite.email };
}

function openInvites(db: Database, secret: string) {
  return db
    .selectFrom('staff_invite')
    .select(['id', 'email', 'name', 'role', 'language'])
    .where('token_hash', '=', hashSecret(secret))
    .where('accepted_at', 'is', null)
    .where('expires_at', '>', sql<Date>`now()`);
}
