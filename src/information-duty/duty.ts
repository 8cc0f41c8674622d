/** Why somebody need not be told where their data came from (Art. 14(5)(a)–(d)). */
export const exemptionGrounds = [
  'has-information',
  'impossible',
  'disproportionate',
  'defeats-the-purpose',
  'law',
  'secrecy',
] as const;
export type ExemptionGround = (typeof exemptionGrounds)[number];

/** How a person was told by somebody here. */
export const waysOfTelling = ['post', 'phone', 'in-person', 'email'] as const;
export type WayOfTelling = (typeof waysOfTelling)[number];

/** How the person could be told now: `email` by us; the others by people, from a list. */
export const reaches = ['email', 'post', 'phone', 'none'] as const;
export type Reach = (typeof reaches)[number];

/** Whom to tell: of a source, only who is late, or these. Everything said must hold. */
export interface DutySelection {
  readonly sourceId?: string | undefined;
  readonly overdue?: boolean | undefined;
  readonly ids?: readonly string[] | undefined;
}

/** Days before the day it is due on from which a duty counts as due soon. */
export const SOON_DAYS = 7;
