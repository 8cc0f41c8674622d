import type { Language } from '#src/languages/languages.ts';
import type { PermissionGround } from '#src/ledger/entry.ts';
import type { Channel, LegalBasis } from '#src/purposes/purpose.ts';

/** What can be done with many quarantined people at once; what is not done expires. */
export const actKinds = ['evidence', 'basis', 'ask'] as const;
export type ActKind = (typeof actKinds)[number];

/** Whom: everything said must hold; nothing said is everybody in quarantine. Names no person but by id. */
export interface Selection {
  readonly sourceId?: string | undefined;
  readonly country?: string | undefined;
  readonly language?: Language | undefined;
  readonly ids?: readonly string[] | undefined;
}

/** An act as its job and its preview look at it. */
export interface QuarantineAct {
  readonly kind: ActKind;
  readonly selection: Selection;
  readonly purpose: {
    readonly id: string;
    readonly version: number;
    readonly isMarketing: boolean;
    readonly legalBasis: LegalBasis;
  };
  readonly channels: readonly Channel[];
  /** Fields the purpose may be served with. */
  readonly covers: readonly string[];
  readonly rest: 'keep' | 'erase';
  readonly permissionGround: PermissionGround | null;
  /** When the people consented, of an act that brings evidence. */
  readonly consentedAt: Date | null;
}

/**
 * What an act means for one person, the first that holds:
 * - `restricted`: their data may only be stored (Art. 18);
 * - `said-no`: they withdrew, refused or objected, and no basis takes the place of that;
 * - `suppressed`: their address asked to be left alone after the day the evidence is of;
 * - asking only: `no-ground` (nobody states that the law lets us), `no-address`, `asked-before` (once in a lifetime),
 *   `spoke-already` (they consented or were asked by a form), `will-be-asked`;
 * - `stays`: some of their data get an account, others are not covered by the purpose;
 * - `trimmed`: what the purpose does not cover is erased, and they leave quarantine;
 * - `leaves`: everything is accounted for, and they leave quarantine.
 */
export const outcomes = [
  'leaves',
  'trimmed',
  'stays',
  'will-be-asked',
  'restricted',
  'said-no',
  'suppressed',
  'no-ground',
  'no-address',
  'asked-before',
  'spoke-already',
] as const;
export type Outcome = (typeof outcomes)[number];

/** Those to whom something is done. */
export const doneTo: readonly Outcome[] = ['leaves', 'trimmed', 'stays', 'will-be-asked'];

/** Why people without a provable consent may be asked once: every one of its conditions must hold. */
export const askingGrounds = {
  'soft-opt-in': ['own-sale', 'similar-products', 'could-object', 'objection-in-each'],
  'legal-entity': ['legal-person-address', 'not-in-refusal-register'],
} as const;
export type AskingGround = keyof typeof askingGrounds;
