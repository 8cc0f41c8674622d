import type { Address, PointKind } from '#src/contacts/addresses.ts';
import type { StatusChannel, SubscriptionStatus } from './column-mapping.ts';

/** What one row says of one person, in our words. It knows nothing of who is in the database. */
export interface ImportedPerson {
  /** `ImportedRow.number` of every row it was read from; several where a person stood in the file more than once. */
  readonly rows: readonly number[];
  /** By what the person is recognised: the match key of the first e-mail address, else of the first phone; null where there is neither. */
  readonly match: { readonly kind: 'email' | 'phone'; readonly key: string } | null;
  /** Facts by key: `given_name`, `family_name`, `company`, `job_title`, `city`, `note`, and custom fields. */
  readonly facts: Readonly<Record<string, string>>;
  readonly points: readonly ImportedPoint[];
  /** At most one for each channel; none for a channel nothing is said of. */
  readonly statuses: readonly ImportedStatus[];
  readonly evidence: ImportedEvidence;
  /** ISO 3166-1, two letters. */
  readonly country: string | null;
  /** ISO 639-1, two letters, whatever languages we have. */
  readonly language: string | null;
  readonly tags: readonly string[];
  readonly problems: readonly PersonProblem[];
}

export interface ImportedPoint {
  readonly kind: PointKind;
  readonly address: Address;
}

export interface ImportedStatus {
  readonly channel: StatusChannel;
  readonly status: SubscriptionStatus;
  /** ISO 8601, UTC; null where the file does not say. */
  readonly at: string | null;
  /** In the file's words. */
  readonly reason: string | null;
}

/** What the file says of how somebody came to be in it. Times in ISO 8601, UTC. Its keys are those the grade asks for. */
export interface ImportedEvidence {
  readonly optinTime?: string;
  readonly optinIp?: string;
  readonly confirmTime?: string;
  readonly confirmIp?: string;
  readonly source?: string;
  readonly page?: string;
  readonly text?: string;
  readonly note?: string;
}

export interface PersonProblem {
  /** `refused`: this row is not imported. `left-out`: this cell is not, the rest is. `warning`: imported, and worth a look. */
  readonly weight: 'refused' | 'left-out' | 'warning';
  readonly code: PersonProblemCode;
  readonly row: number;
  /** Null where it is about the row as a whole. */
  readonly column: string | null;
  readonly values?: Readonly<Record<string, string | number>>;
}

export type PersonProblemCode =
  /** `RowProblem` of the row, under its own code. */
  | `row-${string}`
  /** Neither an address nor a name: nobody could be recognised by it. */
  | 'nothing-to-recognise'
  /** A field that serves no purpose in use: nobody may fill it in. */
  | 'serves-no-purpose'
  | 'invalid-email'
  | 'invalid-phone'
  | 'mixed-alphabets'
  | 'forbidden-characters'
  | 'too-long'
  /** It could be two days: 03/04/2024 in a column that never says which comes first. */
  | 'ambiguous-date'
  | 'invalid-date'
  /** Before 1970 for an event, or after now. */
  | 'impossible-time'
  | 'invalid-ip'
  | 'invalid-number'
  | 'invalid-url'
  | 'not-yes-or-no'
  | 'not-a-choice'
  | 'unknown-status'
  | 'unknown-language'
  | 'unknown-country'
  /** The cell begins as a formula would; it was taken as text. */
  | 'formula'
  /** A text written in letters of two alphabets. */
  | 'look-alike'
  /** Rows of the same person said different things; which one was taken is told by the code's text: the later, and of permissions the stricter. */
  | 'differs-from-earlier-row';
