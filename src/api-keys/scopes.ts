/** What an API key can be allowed to do. Staff, keys and the controller's own details are not for programs. */
export const apiScopes = [
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
  'deliveries.read',
  'deliveries.write',
  'ledger.read',
  'audit.read',
  'controller.read',
] as const;

export type ApiScope = (typeof apiScopes)[number];
