import { type Right, rights } from './rights.ts';

export const roles = ['owner', 'marketer', 'sales', 'dpo', 'auditor'] as const;

export type Role = (typeof roles)[number];

const reading = rights.filter((right) => right.endsWith('.read'));
const everyday: readonly Right[] = [
  'contacts.read',
  'contacts.write',
  'permissions.read',
  'permissions.write',
  'purposes.read',
  'forms.read',
  'deliveries.read',
  'ledger.read',
  'controller.read',
];

/**
 * Which rights a role has. Recording that a person withdrew or objected is everyone's who works with people: whoever takes
 * the call must be able to act on it at once (Art. 7(3), 21). Erasing and exporting are the DPO's and the owner's.
 */
export const rightsOf: Readonly<Record<Role, readonly Right[]>> = {
  owner: rights,
  marketer: [...everyday, 'purposes.write', 'forms.write', 'deliveries.write', 'imports.write', 'contacts.merge'],
  sales: [...everyday, 'contacts.merge'],
  dpo: [
    ...reading,
    'contacts.write',
    'contacts.erase',
    'contacts.export',
    'evidence.open',
    'retention.approve',
    'permissions.write',
    'purposes.write',
    'controller.write',
    'contacts.merge',
    'imports.write',
    'register.write',
  ],
  auditor: reading,
};

/** Whether this role includes the right; every signed-in member may do what asks for no right of its own. */
export function mayRole(role: Role, right: Right | 'signed-in'): boolean {
  return right === 'signed-in' || rightsOf[role].includes(right);
}
