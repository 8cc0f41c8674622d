import type { Language } from '#src/languages/languages.ts';
import type { Channel } from '#src/purposes/purpose.ts';

/**
 * Why we turn to a person of our own accord: their consent ends soon (`renewal`); the purpose changed beyond what they had
 * agreed to (`changed`) or been told (`told`); a colleague wrote down that they said yes (`spoken`); nobody can
 * show where their data came from, and the law lets us ask (`repermission`).
 */
export type ApproachCause = 'renewal' | 'changed' | 'told' | 'spoken' | 'repermission';

/** One turning to one person, recorded before its message leaves, so that there is never a second. */
export interface Approach {
  readonly id: string;
  readonly cause: ApproachCause;
  readonly contactId: string;
  /** Address it was sent to; null once that was corrected or removed. */
  readonly contactPointId: string | null;
  readonly purposeId: string;
  readonly purposeVersion: number;
  readonly channel: Channel;
  /** The consent it is about, or the request that waits to be confirmed. */
  readonly entryId: string | null;
  readonly approachedAt: Date;
  readonly answerUntil: Date | null;
  readonly answer: 'yes' | 'no' | 'silence' | 'told' | null;
  readonly settledAt: Date | null;
  /** Language of the contact. */
  readonly language: Language;
}

/** Days to answer a question after a change; then the old consent is written down as ended. */
export const DAYS_TO_ANSWER = 30;
/** Days to confirm what was said to a colleague: as long as a form gives. */
export const DAYS_TO_CONFIRM_SPOKEN = 7;
