import { type Right, rights } from '#src/staff/rights.ts';

/** Staff, keys and the controller's own details are not for programs; and what takes two people takes people. */
const notForKeys = [
  'staff.write',
  'keys.write',
  'controller.write',
  'evidence.open',
  'retention.approve',
] as const satisfies readonly Right[];

/** What an API key can be allowed to do. */
export type ApiScope = Exclude<Right, (typeof notForKeys)[number]>;

export const apiScopes: readonly ApiScope[] = rights.filter(
  (right): right is ApiScope => !(notForKeys as readonly Right[]).includes(right),
);
