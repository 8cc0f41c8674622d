import type { LegalBasis, Texts } from '../api/types.ts';
import type { Job } from '../jobs/queries.ts';

/** An import as /api/v1/imports gives it. */
export type ImportState =
  | 'uploaded'
  | 'ready'
  | 'checking'
  | 'checked'
  | 'committing'
  | 'committed'
  | 'stopped'
  | 'undoing'
  | 'undone'
  | 'discarded';

export type SubscriptionStatus =
  | 'unknown'
  | 'subscribed'
  | 'unconfirmed'
  | 'cleaned'
  | 'bounced'
  | 'unsubscribed'
  | 'blacklisted'
  | 'complained';
export type StatusChannel = 'email' | 'sms' | 'phone' | 'post' | 'all';

/** What a column means; which members there are beside `to` depends on it. */
export interface Target {
  to: string;
  [member: string]: unknown;
}
export type Mapping = { column: string; target: Target }[];
export interface PartStatus {
  part: number;
  channel: StatusChannel;
  status: SubscriptionStatus;
}

export interface Part {
  name: string;
  format: string;
  columns: string[];
  headerLine: number;
  encoding: string | null;
  delimiter: string | null;
  remarks: { code: string; values?: Record<string, string | number> }[];
}

export interface Recognition {
  preset: string;
  confidence: number;
  mapping: Mapping;
  partStatuses: PartStatus[];
}

export interface Settings {
  preset: string | null;
  mapping: Mapping;
  partStatuses: PartStatus[];
  source: string;
  obtainedFrom: 'data-subject' | 'other';
  purpose: string;
  legalBasis: LegalBasis | 'unknown';
  permissionGround: 'not-needed' | 'soft-opt-in' | 'legal-entity';
  updateProfiles: boolean;
  updateStatuses: boolean;
  language: 'bg' | 'en';
  country: string;
}
/** As it comes back: the purpose with its name. */
export type SavedSettings = Omit<Settings, 'purpose'> & { purpose: { id: string; slug: string; name: Texts | string } };

export type Counts = Record<string, number>;

export interface ImportSummary {
  id: string;
  state: ImportState;
  fileName: string;
  format: string;
  bytes: number;
  fileErasedAt: string | null;
  createdAt: string;
  committedAt: string | null;
  undoUntil: string | null;
  undoneAt: string | null;
  settings: SavedSettings | null;
  counts: Counts;
  checked: Counts | null;
  job: Job | null;
}
export interface Import extends ImportSummary {
  parts: Part[];
  recognised: Recognition[];
}

export interface Samples {
  columns: string[];
  rows: { line: number; cells: string[]; problem?: { code: string } | null }[];
  people: {
    row: number;
    facts: Record<string, string>;
    points: { kind: string; value: string }[];
    statuses: { channel: string; status: string }[];
    evidence: Record<string, string>;
    problems: { code: string; column: string | null; weight: string }[];
  }[];
}

export interface ImportRow {
  row: number;
  line: number;
  part: number;
  outcome: string;
  codes: { code: string; column: string | null; weight: 'refused' | 'left-out' | 'warning' }[];
  cells: string[] | null;
  contactId: string | null;
}

export interface Report {
  reasons: { outcome: string; code: string; count: number }[];
  undo: { possible: boolean; until: string | null; keptBecause: { code: string; count: number }[] };
}
