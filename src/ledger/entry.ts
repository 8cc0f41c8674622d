import type { Language } from '#src/languages/languages.ts';
import type { Channel, LegalBasis } from '#src/purposes/purpose.ts';

/** Kinds of legal fact. Which register each one sets is `register_of` in the database. */
export const entryKinds = [
  'consent-requested',
  'consent-given',
  'consent-renewed',
  'consent-refused',
  'consent-withdrawn',
  'consent-expired',
  'objected',
  'objection-lifted',
  'restricted',
  'restriction-lifted',
  'basis-asserted',
  'basis-ended',
  'notice-given',
] as const;
export type EntryKind = (typeof entryKinds)[number];

/** Permission to use a channel (Directive 2002/58/EC Art. 13); not the legal basis of the GDPR. */
export type PermissionGround = 'consent' | 'soft-opt-in' | 'legal-entity' | 'not-needed';

/** Who did it. */
export type Actor =
  | { readonly kind: 'contact'; readonly contactId: string }
  | { readonly kind: 'staff'; readonly staffId: string }
  | { readonly kind: 'api'; readonly apiKeyId: string }
  | { readonly kind: 'import' }
  | { readonly kind: 'system' };

/** What else shows that an act happened. Ids and short texts. */
export type Evidence = Readonly<Record<string, string | number | boolean | null>>;

/** A legal fact about a contact. Absent purpose and channel mean all of them. */
export interface NewEntry {
  readonly kind: EntryKind;
  readonly contactId: string;
  readonly purpose?: { readonly id: string; readonly version: number };
  readonly channel?: Channel;
  readonly legalBasis?: LegalBasis;
  readonly permissionGround?: PermissionGround;
  /** When it happened, by the database's clock for what happens now. Milliseconds count. */
  readonly occurredAt: Date;
  /** When it ends by itself. */
  readonly until?: Date;
  readonly sourceId: string;
  /** SHA-256 (hex) of the exact text the person saw. */
  readonly noticeHash?: string;
  readonly language?: Language;
  readonly actor: Actor;
  /** How: `form`, `confirmation-page`, `preference-centre`, `one-click`, `phone`, … */
  readonly method: string;
  /** Submission, IP prefix, agent, page, note. */
  readonly evidence?: Evidence;
}

export interface Entry extends NewEntry {
  readonly id: string;
}

/** Id of the one who acted; a contact acting for themselves is already named by the entry. */
export function actorIdOf(actor: Actor): string | null {
  return actor.kind === 'staff' ? actor.staffId : actor.kind === 'api' ? actor.apiKeyId : null;
}
