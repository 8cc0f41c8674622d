import type { ApiScope } from '#src/api-keys/scopes.ts';
import type { Language } from '#src/languages/languages.ts';
import type { Role } from './roles.ts';

export interface StaffMember {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly language: Language;
}

/** Whoever an endpoint of the API answers: a staff member who signed in, or a program with an API key. */
export type Caller =
  | { readonly kind: 'staff'; readonly staffMember: StaffMember }
  | { readonly kind: 'api'; readonly apiKeyId: string; readonly scopes: readonly ApiScope[] };

/** The caller as the one who did something, for the ledger, the history of changes and the audit trail. */
export function actorOf(caller: Caller): { kind: 'staff'; staffId: string } | { kind: 'api'; apiKeyId: string } {
  return caller.kind === 'staff' ? { kind: 'staff', staffId: caller.staffMember.id } : { kind: 'api', apiKeyId: caller.apiKeyId };
}
