import { uuidv7 } from '#platform/crypto/uuid.ts';
import type { Transaction } from '#platform/database/connect.ts';
import type { Language } from '#src/languages/languages.ts';
import { hashPassword } from './password.ts';
import type { Role } from './roles.ts';

export interface NewStaffMember {
  readonly name: string;
  /** In lower case. */
  readonly email: string;
  readonly role: Role;
  readonly language: Language;
  readonly password: string;
}

/** Makes a member who signs in with a password; `undefined` when the address is taken. */
export async function addStaffMember(tx: Transaction, member: NewStaffMember): Promise<string | undefined> {
  const id = uuidv7();
  const password = await hashPassword(member.password);
  const added = await tx
    .insertInto('staff_member')
    .values({ id, name: member.name, email: member.email, role: member.role, language: member.language, email_verified: true })
    .onConflict((conflict) => conflict.column('email').doNothing())
    .executeTakeFirst();
  if (!added.numInsertedOrUpdatedRows) return undefined;
  await tx.insertInto('staff_credential').values({ staff_id: id, account_id: id, provider_id: 'credential', password }).execute();

  return id;
}
