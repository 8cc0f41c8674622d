/** What kind of thing data came from. */
export const sourceKinds = ['form', 'page', 'import', 'staff', 'person', 'event', 'third-party', 'api', 'system'] as const;
export type SourceKind = (typeof sourceKinds)[number];

/** From the person themselves (Art. 13) or from anyone else (Art. 14: they must be told within a month). */
export type ObtainedFrom = 'data-subject' | 'other';

export interface NewSource {
  readonly kind: SourceKind;
  /** In words staff understand later: "Trade fair Plovdiv 2026, visitor sheet". Never the person's data. */
  readonly label: string;
  readonly obtainedFrom: ObtainedFrom;
  readonly formVersionId?: string;
  readonly createdBy?: string;
}
