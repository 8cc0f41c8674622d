import type { Counts } from '#platform/jobs/job.ts';
import type { RetentionRule } from '#src/purposes/purpose.ts';

/** Why data whose time is over must still be there: Art. 17(3)(b), (e), 18(1)(c). */
export const holdGrounds = ['claim', 'authority', 'court', 'legal-obligation'] as const;
export type HoldGround = (typeof holdGrounds)[number];

/** Why nothing may be done to a person, whatever is due. */
export const obstacles = ['on-hold', 'restricted'] as const;
export type Obstacle = (typeof obstacles)[number];

export type LeftAlone = Obstacle | 'active-again' | 'united';

export type BatchMode = 'approval' | 'automatic';
export type BatchState = 'proposed' | 'approved' | 'done';

/** What is due together. */
export interface Batch {
  readonly id: string;
  readonly purposeId: string;
  readonly purposeVersion: number;
  readonly rule: RetentionRule;
  readonly mode: BatchMode;
  readonly state: BatchState;
  readonly revision: number;
  readonly people: number;
  /** Single values of people who stay. */
  readonly data: number;
  readonly excluded: Readonly<Partial<Record<Obstacle, number>>>;
  readonly proposedAt: Date;
  readonly changedAt: Date;
  readonly first: { readonly by: string; readonly at: Date } | undefined;
  readonly second: { readonly by: string; readonly at: Date } | undefined;
  readonly approvedAt: Date | undefined;
  readonly counts: Counts;
  readonly finishedAt: Date | undefined;
}

/** `''` is the person as a whole; else `fact:<field>` or `point:<id>`. */
export const WHOLE_PERSON = '';
