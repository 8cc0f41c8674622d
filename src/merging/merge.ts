import type { Actor } from '#src/ledger/entry.ts';

/** Whose value stays where the records differ. */
export type Side = 'survivor' | 'absorbed';

/** Choices by field (`given_name`, `language`, `country`, …) and for the main address of each kind; what is left out is decided by {@link sideOf}. */
export interface MergeChoices {
  readonly fields?: Readonly<Record<string, Side>> | undefined;
  readonly main?: { readonly [Kind in 'email' | 'phone' | 'post']?: Side | undefined } | undefined;
}

/** The survivor's value stays unless there is none. */
export function sideOf(chosen: Side | undefined, survivor: unknown, absorbed: unknown): Side {
  if (absorbed === undefined || absorbed === null) return 'survivor';
  return chosen ?? (survivor === undefined || survivor === null ? 'absorbed' : 'survivor');
}

/** Why two records are not united. */
export const mergeObstacles = ['same-contact', 'merged', 'restricted', 'not-confirmed'] as const;
export type MergeObstacle = (typeof mergeObstacles)[number];

export type MergeActor = Extract<Actor, { kind: 'staff' | 'api' | 'system' }>;

/** An address as it was before. */
export interface RememberedPoint {
  readonly id: string;
  readonly isPrimary: boolean;
  readonly mustConfirm: boolean;
  readonly cameFrom: string | null;
  readonly provenance: readonly string[];
  readonly verifiedAt: string | null;
}

/** A record's own values. */
export interface RememberedRecord {
  readonly state: string;
  readonly language: string;
  readonly country: string | null;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** What undoing needs: both as they were, and what the survivor was made. */
export interface Remembered {
  readonly survivor: RememberedRecord & { readonly points: readonly RememberedPoint[] };
  readonly absorbed: { readonly points: readonly RememberedPoint[] };
  readonly made: RememberedRecord;
}
