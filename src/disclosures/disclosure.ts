import type { Channel } from '#src/purposes/purpose.ts';

/**
 * Who receives data. `internal`: our own people, for a purpose; `processor`: whoever works for us (Art. 28); `third-party`:
 * a controller of their own, named to people beforehand; `authority`: whoever the law lets ask; `subject`: the person's own
 * system or another they name (Art. 15, 20); `own-system`: a copy of ours, against loss.
 */
export const recipientKinds = ['internal', 'processor', 'third-party', 'authority', 'subject', 'own-system'] as const;
export type RecipientKind = (typeof recipientKinds)[number];

/** What lets data be given: each person's permission for a purpose, or a rule that the law names. */
export type DisclosureRule = 'gate' | 'legal-obligation' | 'right-of-subject' | 'safekeeping';

/** Why an authority may have data whose processing is restricted, Art. 18(2). */
export const restrictionGrounds = ['legal-claims', 'public-interest'] as const;
export type RestrictionGround = (typeof restrictionGrounds)[number];

/** Recipients that need a purpose, and each person's permission for it. */
export function needsPurpose(kind: RecipientKind): boolean {
  return kind === 'internal' || kind === 'processor' || kind === 'third-party';
}

/** Whether the recipient is another than we: they are told of corrections, erasures and restrictions (Art. 19). */
export function isOutside(kind: RecipientKind): boolean {
  return kind !== 'internal' && kind !== 'own-system';
}

/** Who did it. */
export interface Discloser {
  readonly kind: 'staff' | 'api' | 'command' | 'system';
  readonly id?: string | undefined;
}

export interface NewDisclosure {
  readonly recipient: { readonly kind: RecipientKind; readonly name: string; readonly country?: string | undefined };
  /** Where the recipient needs one; see {@link needsPurpose}. */
  readonly purpose?: { readonly id: string; readonly version: number; readonly channel: Channel } | undefined;
  /** What for, in words; no address. */
  readonly statement: string;
  readonly restrictionGround?: RestrictionGround | undefined;
  /** Names of the fields that were given. */
  readonly fields: readonly string[];
  readonly by: Discloser;
}

export interface Disclosure {
  readonly id: string;
  readonly recipient: { readonly kind: RecipientKind; readonly name: string; readonly country: string | null };
  readonly rule: DisclosureRule;
  readonly purposeId: string | null;
  readonly channel: Channel | null;
  readonly statement: string;
  readonly restrictionGround: RestrictionGround | null;
  readonly fields: readonly string[];
  readonly by: { readonly kind: Discloser['kind']; readonly id: string | null };
  readonly disclosedAt: Date;
  /** How many people's data it was, those erased since among them. */
  readonly people: number;
}
