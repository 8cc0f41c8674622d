import { z } from 'zod';
import { languages } from '#src/languages/languages.ts';
import { legalBases } from '#src/purposes/purpose.ts';
import { columnMapping, statusChannels, subscriptionStatuses } from './presets/column-mapping.ts';
import { type PresetName, presetNames } from './presets/preset.ts';
import type { ImportFile } from './reading/import-file.ts';

export const importStates = [
  'uploaded',
  'ready',
  'checking',
  'checked',
  'committing',
  'committed',
  'stopped',
  'undoing',
  'undone',
  'discarded',
] as const;
export type ImportState = (typeof importStates)[number];

/** For so many days what an import did can be undone, and an upload that was not committed waits. */
export const DAYS_KEPT = 30;

/** What staff say about a file before anything of it is taken: where from, what for, on which ground, and what each column means. */
export const importSettings = z.strictObject({
  preset: z
    .enum(presetNames as readonly [PresetName, ...PresetName[]])
    .nullable()
    .default(null),
  mapping: columnMapping,
  /** The status of everybody in one part, where no cell says something stricter. */
  partStatuses: z
    .array(z.object({ part: z.int().min(0), channel: z.enum(statusChannels), status: z.enum(subscriptionStatuses) }))
    .max(100)
    .default([]),
  /** In words staff understand later. */
  source: z.string().trim().min(1).max(500),
  obtainedFrom: z.enum(['data-subject', 'other']),
  /** Id or slug. */
  purpose: z.string().min(1).max(100),
  legalBasis: z.enum([...legalBases, 'unknown']),
  /** For marketing that does not rest on consent: why the channel may be used (Directive 2002/58/EC Art. 13(2)). */
  permissionGround: z.enum(['not-needed', 'soft-opt-in', 'legal-entity']).default('not-needed'),
  /** Whether people who are known already take what the file says of them. */
  updateProfiles: z.boolean().default(true),
  /** Whether they also take its permissions. What it says against them they take in any case. */
  updateStatuses: z.boolean().default(false),
  /** Of people the file says nothing of. */
  language: z.enum(languages).default('bg'),
  /** In which telephone numbers are read. */
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .default('BG'),
});
export type ImportSettings = z.output<typeof importSettings>;

export const rowOutcomes = ['new', 'quarantined', 'updated', 'unchanged', 'duplicate', 'refused', 'problem'] as const;
export type RowOutcome = (typeof rowOutcomes)[number];

/** Why something of a row, or all of it, did not come in. */
export interface RowCode {
  /** `refused`: nothing of the row came in. `left-out`: something did not. `warning`: all did, and it is worth a look. */
  readonly weight: 'refused' | 'left-out' | 'warning';
  readonly code: string;
  readonly column: string | null;
  readonly values?: Readonly<Record<string, string | number>>;
}

/** What a check or a commit counted. */
export const countNames = [
  'rows',
  'new',
  'updated',
  'unchanged',
  'quarantined',
  'refused',
  'problem',
  'duplicate',
  'partly',
  'consents',
  'bases',
  'noes',
  'suppressions',
  'erased',
  'restored',
  'keptContacts',
  'keptFields',
  'keptNoes',
] as const;
export type CountName = (typeof countNames)[number];
export type ImportCounts = Partial<Record<CountName, number>>;

/** What an undo left, and why: its person or staff did something since, or it is a no. */
export const keptNames = ['keptContacts', 'keptFields', 'keptNoes'] as const satisfies readonly CountName[];

export interface Import {
  readonly id: string;
  readonly state: ImportState;
  readonly fileName: string;
  /** Without samples: of rows nothing is kept beside the file. */
  readonly file: ImportFile;
  readonly bytes: number;
  readonly sha256: Buffer;
  readonly fileErasedAt: Date | null;
  readonly settings: ImportSettings | null;
  readonly purposeId: string | null;
  readonly sourceId: string | null;
  readonly checked: ImportCounts | null;
  readonly counts: ImportCounts;
  readonly createdAt: Date;
  readonly commitStartedAt: Date | null;
  readonly committedAt: Date | null;
  readonly undoUntil: Date | null;
  readonly undoneAt: Date | null;
  readonly rowsErasedAt: Date | null;
}
