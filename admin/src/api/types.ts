/** The API's answers, as /api/v1 gives them. Times are ISO 8601 in UTC; ids carry their kind as a prefix. */

export type Language = 'bg' | 'en';
export type Texts = Record<Language, string>;
export type Channel = 'email' | 'sms' | 'phone' | 'post' | 'none';
export type LegalBasis = 'consent' | 'contract' | 'legal-obligation' | 'vital-interests' | 'public-task' | 'legitimate-interests';

export interface Page<T> {
  data: T[];
  next: string | null;
}
export interface FieldError {
  field: string;
  code: string;
  message: string;
}

export interface StaffMember {
  id: string;
  name: string;
  email: string;
  role: string;
  language: Language;
  disabledAt?: string | null;
  createdAt?: string;
}
export interface Me {
  staffMember: StaffMember;
  rights: string[];
  controller: { name: string } | null;
  version: string;
  mail: { mode: 'held' | 'smtp' };
}
export interface ChecklistStep {
  key: string;
  done: boolean;
}

export interface Retention {
  starts: string;
  months: number;
}
export interface Source {
  id: string;
  kind: string;
  label: string;
  obtainedFrom: string;
}
export interface Provenance {
  id: string;
  source: Source;
  purpose: { id: string; slug: string; name: Texts };
  legalBasis: string;
  retention: Retention;
  providedBySubject: boolean;
  at: string;
}

export interface TrendDay {
  day: string;
  given: number;
  withdrawn: number;
  expired: number;
  refused: number;
}
export interface HomeFigures {
  contacts: { total: number; active: number; quarantined: number; unconfirmed: number };
  consents: { given: number; withdrawn: number; pending: number; trend: TrendDay[] };
  heldDeliveries: number;
  toTell: { overdue: number; soon: number };
  latest: LedgerSummary[];
}
export interface LedgerSummary {
  id: string;
  kind: string;
  occurredAt: string;
  channel: Channel | null;
  purpose: { id: string; slug: string; name: Texts } | null;
  contact: { id: string; name: string | null } | null;
  actor: string;
}

export type ContactState = 'active' | 'unconfirmed' | 'quarantined' | 'merged';
export interface ContactRow {
  id: string;
  name: string | null;
  givenName: string | null;
  familyName: string | null;
  company: string | null;
  email: string | null;
  state: ContactState;
  language: Language;
  country: string | null;
  createdAt: string;
  updatedAt: string;
  may: { purpose: string; channel: Channel; allowed: boolean }[];
}
export interface ContactPage extends Page<ContactRow> {
  count: { value: number; atLeast: boolean };
}
export interface Fact {
  field: string;
  value: string;
  provenance: Provenance[];
  changedAt: string;
}
export interface ContactPoint {
  id: string;
  kind: 'email' | 'phone' | 'post';
  value: string;
  original: string;
  isPrimary: boolean;
  verifiedAt: string | null;
  mustConfirm: boolean;
  provenance: Provenance[];
}
export interface Contact {
  id: string;
  state: ContactState;
  mergedInto: string | null;
  language: Language;
  country: string | null;
  facts: Fact[];
  points: ContactPoint[];
  createdAt: string;
  updatedAt: string;
  origin: Provenance;
}
export interface TimelineEvent {
  id: string;
  at: string;
  kind: 'ledger' | 'change' | 'delivery' | 'submission' | 'disclosure';
  title: string;
  purpose: { id: string; slug: string; name: Texts } | null;
  channel: Channel | null;
  actor: { kind: string; id: string | null; name: string | null };
  method: string | null;
  detail: Record<string, string | null>;
}
export interface Permission {
  purpose: { id: string; slug: string; name: Texts; isMarketing: boolean; legalBasis: LegalBasis };
  channel: Channel;
  allowed: boolean;
  reason: string;
  reasonText: string;
  legalBasis: string | null;
  permissionGround: string | null;
  since: string | null;
  until: string | null;
  entryId: string | null;
  notice: { slug: string; version: number; language: Language; hash: string } | null;
  evidenceGrade: string | null;
}
export interface LedgerEntry {
  id: string;
  contact: string;
  evidenceGrade: string | null;
  kind: string;
  occurredAt: string;
  recordedAt: string;
  until: string | null;
  purpose: { id: string; slug: string; name: Texts; version: number } | null;
  channel: Channel | null;
  legalBasis: string | null;
  permissionGround: string | null;
  source: Source | null;
  method: string;
  actor: { kind: string; id: string | null; name: string | null };
  evidence: Record<string, unknown>;
  language: Language | null;
  notice: { slug: string; version: number; language: Language; hash: string; body: string } | null;
  leafHash: string;
}

export interface Recipient {
  name: string;
  country: string;
  role: string;
}
export interface PurposeTerms {
  name: Texts;
  explanation: Texts;
  legalBasis: LegalBasis;
  dataCategories: string[];
  channels: Channel[];
  recipients: Recipient[];
  retention: Retention;
  isMarketing: boolean;
  doubleOptIn: boolean;
  consentValidMonths: number | null;
  isMeasurement: boolean;
  isExplicit: boolean;
  needsAge: boolean;
  renewBeforeDays: number;
  askAgainAfterMonths: number;
}
/** What a change of a purpose would mean, before it is made. */
export interface ChangePreview {
  signs: { sign: string; added: string[] }[];
  toAsk: { people: number; byEmail: number };
  toTell: { people: number; byEmail: number };
}
/** What recording a consent would mean, before it is recorded. */
export interface ForeseenConsent {
  outcome: 'given' | 'to-confirm';
  permission: Permission;
}
export interface EvidenceFile {
  id: string;
  entryId: string;
  mediaType: string;
  size: number;
  sha256: string;
  addedAt: string;
}
export interface Purpose extends PurposeTerms {
  id: string;
  slug: string;
  version: number;
  isSystem: boolean;
  archivedAt: string | null;
}
export interface PurposeWithVersions extends Purpose {
  versions: { version: number; recordedAt: string; definition?: Record<string, unknown> }[];
}

export interface Delivery {
  id: string;
  status: string;
  channel: Channel;
  template: string;
  language: Language;
  contact: { id: string; name: string | null } | null;
  purpose: { id: string; slug: string; name: Texts } | null;
  to: string | null;
  createdAt: string;
  settledAt: string | null;
  withheldBecause: string | null;
  lastError: string | null;
}
export interface DeliveryMessage extends Delivery {
  message: {
    subject: string;
    text: string;
    html: string;
    headers: Record<string, string>;
    links: { label: string; url: string }[];
  } | null;
}

export interface AuditEntry {
  id: string;
  at: string;
  actor: { kind: string; id: string | null; name: string | null };
  action: string;
  subject: { kind: string; id: string } | null;
  detail: unknown;
  requestId: string | null;
}
export interface ApiKey {
  id: string;
  name: string;
  scopes: string[];
  prefix: string;
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
  revokedAt: string | null;
}
export interface Controller {
  name: string;
  registrationNumber: string | null;
  address: string;
  email: string;
  phone: string | null;
  dpoName: string | null;
  dpoEmail: string | null;
  country: string;
  timeZone: string;
  defaultLanguage: Language;
}
export interface Notice {
  slug: string;
  version: number;
  language: Language;
  hash: string;
  body: string;
  recordedAt: string;
}

export type Which = 'form' | 'parent' | 'confirmation' | 'preferences' | 'renewal' | 'text';
export interface ListedEntry {
  id: string;
  kind: string;
  occurredAt: string;
  recordedAt: string;
  until: string | null;
  contact: { id: string; name: string | null };
  purpose: { id: string; slug: string; name: Texts; version: number } | null;
  channel: Channel | null;
  method: string;
  actor: { kind: string; id: string | null; name: string | null };
  language: Language | null;
  hasText: boolean;
  evidenceGrade: EvidenceGrade | null;
  position: number | null;
}
export type EvidenceGrade = 'A' | 'B' | 'C' | 'D' | 'E';
export interface EntryPage extends Page<ListedEntry> {
  searchedBackTo: string | null;
  people: { value: number; atLeast: boolean } | null;
}
export interface Verification {
  id: string;
  cause: 'asked' | 'sequencer';
  requestedAt: string;
  requestedBy: string | null;
  startedAt: string | null;
  entriesDone: number;
  entriesExpected: number;
  finishedAt: string | null;
  holds: boolean | null;
  findings: Record<string, string | number | boolean | null>;
}
export interface LedgerState {
  size: number;
  checkpoint: { size: number; root: string; signedAt: string } | null;
  waiting: { count: number; atLeast: boolean; since: string | null };
  key: { vkey: string; from: string } | null;
  running: Verification | null;
  last: Verification | null;
  alarm: 'broken' | 'stalled' | null;
}
interface Seen {
  which: Which;
  available: Which[];
  language: Language;
  moment: string;
  form: { id: string; slug: string; version: number; publishedAt: string; publishedVersion: number | null } | null;
  shownHere: boolean | null;
}
export interface SeenPage extends Seen {
  kept: { at: string; isReconstructed: boolean; htmlHash: string; stylesheetHash: string } | null;
  html: string | null;
  stylesheet: string | null;
  boxesKnown: boolean;
  notice: { slug: string; version: number; hash: string; body: string } | null;
}
export interface PageDifference extends Seen {
  isShownToday: boolean;
  isSame: boolean;
  parts: { kind: 'same' | 'added' | 'removed'; text: string }[];
}
export interface ConsentCounts {
  given: number;
  renewed: number;
  refused: number;
  withdrawn: number;
  expired: number;
  net: number;
}
export interface ConsentTrend {
  unit: 'day' | 'week' | 'month';
  from: string;
  to: string;
  timeZone: string;
  total: ConsentCounts;
  periods: ({ start: string } & ConsentCounts)[];
  byPurpose: ({ purpose: { id: string; slug: string; name: Texts }; channel: Channel } & ConsentCounts)[];
}
export interface ChannelCoverage {
  channel: Channel;
  standing: number;
  stopped: number;
  waiting: number;
  refused: number;
  withdrawn: number;
  expired: number;
  ended: number;
  neverAsked: number;
}
export interface Coverage {
  channels: ChannelCoverage[];
  grounds: { channel: Channel; legalBasis: string | null; permissionGround: string | null; people: number }[];
  grades: { grade: EvidenceGrade; consents: number }[];
  texts: {
    notice: { slug: string; version: number } | null;
    language: Language | null;
    purposeVersion: number | null;
    consents: number;
  }[];
  countedAt: string;
}
