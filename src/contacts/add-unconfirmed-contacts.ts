import { sql } from 'kysely';
import { uuidv7 } from '#platform/crypto/uuid.ts';
import type { Transaction } from '#platform/database/connect.ts';
import type { Language } from '#src/languages/languages.ts';

export interface UnconfirmedPerson {
  readonly contactId: string;
  readonly pointId: string;
  readonly email: { readonly original: string; readonly normalised: string; readonly matchKey: string };
  readonly matchHash: Buffer;
  readonly language: Language;
  /** Why and from where the address is here; the first is the contact's origin. */
  readonly provenanceIds: readonly [string, ...string[]];
}

export const newContactIds = () => ({ contactId: uuidv7(), pointId: uuidv7() });

/**
 * Adds people known by nothing but an address somebody typed, any number in two statements. They stay `unconfirmed` until
 * the owner of the address says yes, and hold nothing else until then. The caller has made sure that the addresses are new.
 *
 * Asks the database also when there is nobody to add: how long a form takes must not tell whose address is known.
 */
export async function addUnconfirmedContacts(tx: Transaction, people: readonly UnconfirmedPerson[]): Promise<void> {
  // The copies of the address are written as the trigger would, so that it finds nothing to do.
  const contacts = sql`insert into contact (id, state, language, origin_id, primary_email)
    select id, 'unconfirmed', language, origin, email from unnest(
      ${people.map((person) => person.contactId)}::uuid[], ${people.map((person) => person.language)}::text[],
      ${people.map((person) => person.provenanceIds[0])}::uuid[], ${people.map((person) => person.email.original)}::text[])
      as new(id, language, origin, email)`;
  const points = sql`insert into contact_point (id, contact_id, kind, original, normalised, match_key, match_hash, provenance_ids)
    select id, contact_id, 'email', original, normalised, match_key, match_hash, provenance::uuid[] from unnest(
      ${people.map((person) => person.pointId)}::uuid[], ${people.map((person) => person.contactId)}::uuid[],
      ${people.map((person) => person.email.original)}::text[], ${people.map((person) => person.email.normalised)}::text[],
      ${people.map((person) => person.email.matchKey)}::text[], ${people.map((person) => person.matchHash)}::bytea[],
      ${people.map((person) => `{${person.provenanceIds.join(',')}}`)}::text[])
      as new(id, contact_id, original, normalised, match_key, match_hash, provenance)`;
  await Promise.all([contacts.execute(tx), points.execute(tx)]);
}
