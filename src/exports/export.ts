import type { ContactFilter } from '#src/contacts/list-contacts.ts';
import type { Disclosure, DisclosureRule } from '#src/disclosures/disclosure.ts';
import type { Language } from '#src/languages/languages.ts';

export const bulkFormats = ['csv', 'csv-spreadsheet', 'xlsx', 'json', 'jsonl', 'vcf'] as const;
export type BulkFormat = (typeof bulkFormats)[number];

/** Whom a copy is of. */
export type Selection =
  | { readonly kind: 'everyone' }
  | { readonly kind: 'filter'; readonly filter: ContactFilter }
  | { readonly kind: 'people'; readonly contactIds: readonly string[] };

/**
 * `counting` what the gate says of those chosen; `waiting` for a second person, or `refused` by one; `ready` to be taken, once;
 * `sending`; `taken`; or `lapsed` because nobody decided or took it in time.
 */
export const exportStatuses = ['counting', 'waiting', 'refused', 'ready', 'sending', 'taken', 'lapsed'] as const;
export type ExportStatus = (typeof exportStatuses)[number];

/** Numbers of people by what the gate said; `given` are those it let through. */
export type Outcome = Readonly<Record<string, number>>;

/** A copy of many people's data, as it was asked for and as far as it went. */
export interface BulkExport {
  readonly id: string;
  readonly status: ExportStatus;
  readonly format: BulkFormat;
  readonly language: Language;
  readonly delimiter: ',' | ';';
  /** How people were chosen; never what was searched for. */
  readonly selection: Readonly<Record<string, unknown>>;
  readonly recipient: Disclosure['recipient'];
  readonly rule: DisclosureRule;
  readonly purpose: { readonly id: string; readonly channel: string } | null;
  readonly statement: string;
  readonly restrictionGround: Disclosure['restrictionGround'];
  readonly fields: readonly string[];
  readonly by: Disclosure['by'];
  readonly requestedAt: Date;
  readonly chosen: number;
  readonly needsApproval: boolean;
  /** What the gate said when it was asked for; it is asked again of everyone when the copy is taken. */
  readonly counted: Outcome | null;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  /** Of the latest attempt to take it. */
  readonly passed: number;
  readonly outcome: Outcome;
  readonly attempts: number;
  readonly takenAt: Date | null;
  /** When it lapses, while it has not. */
  readonly until: Date | null;
}
