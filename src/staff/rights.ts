/** What staff may do. A role is a set of these; see `policy.ts`. */
export const rights = [
  'contacts.read',
  'contacts.write',
  'contacts.erase',
  'contacts.export',
  'permissions.read',
  'permissions.write',
  'purposes.read',
  'purposes.write',
  'forms.read',
  'forms.write',
  'forms.submit',
  'deliveries.read',
  'deliveries.write',
  'ledger.read',
  'evidence.read',
  'evidence.open',
  'audit.read',
  'retention.approve',
  'staff.write',
  'keys.write',
  'controller.read',
  'controller.write',
  'contacts.merge',
  'register.write',
] as const;

export type Right = (typeof rights)[number];
