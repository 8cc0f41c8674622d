import { sql } from 'kysely';
import type { Database, Transaction } from '#platform/database/connect.ts';
import type { PointKind } from './addresses.ts';
import type { ContactState, Facts } from './contact.ts';

/** What somebody is recognised by, and what would be changed about them. */
export interface KnownPerson {
  readonly id: string;
  readonly state: ContactState;
  readonly language: string;
  readonly country: string | null;
  readonly facts: Facts;
  readonly points: readonly {
    readonly kind: PointKind;
    readonly matchKey: string;
    readonly isPrimary: boolean;
    readonly verifiedAt: Date | null;
  }[];
}

/** Whose e-mail addresses these are: contact id by match key. */
export async function findOwners(db: Database, matchKeys: readonly string[]): Promise<Map<string, string>> {
  if (matchKeys.length === 0) return new Map();
  const { rows } = await sql<{ match_key: string; contact_id: string }>`
    select match_key, contact_id from contact_point where kind = 'email' and match_key = any(${matchKeys}::text[])`.execute(db);
  return new Map(rows.map((row) => [row.match_key, row.contact_id]));
}

/** One name in one form, however it is divided and written. */
export function nameKeyOf(givenName: string | null | undefined, familyName: string | null | undefined): string {
  return `${givenName ?? ''} ${familyName ?? ''}`.normalize('NFC').toLowerCase().replace(/\s+/g, ' ').trim();
}

/**
 * Who has this telephone number under this name, the oldest first: a number alone is a household's or a company's. By
 * `number`, NUL and the name's key.
 */
export async function findByPhoneAndName(db: Database, numbers: readonly string[]): Promise<Map<string, string>> {
  if (numbers.length === 0) return new Map();
  const { rows } = await sql<{ match_key: string; contact_id: string; given_name: string | null; family_name: string | null }>`
    select cp.match_key, cp.contact_id, c.given_name, c.family_name from contact_point cp join contact c on c.id = cp.contact_id
     where cp.kind = 'phone' and cp.match_key = any(${numbers}::text[]) order by cp.contact_id desc`.execute(db);
  return new Map(rows.map((row) => [`${row.match_key}\0${nameKeyOf(row.given_name, row.family_name)}`, row.contact_id]));
}

/** Takes these contacts for this transaction, all in one order, and answers who is there and what is known of them. */
export async function holdPeople(tx: Transaction, contactIds: readonly string[]): Promise<Map<string, KnownPerson>> {
  const ids = [...new Set(contactIds)].toSorted();
  if (ids.length === 0) return new Map();
  const { rows } = await sql<Omit<KnownPerson, 'points'>>`
    select id, state, language, country, facts from contact where id = any(${ids}::uuid[]) order by id for update`.execute(tx);
  const points = await sql<{
    contact_id: string;
    kind: PointKind;
    match_key: string;
    is_primary: boolean;
    verified_at: Date | null;
  }>`
    select contact_id, kind, match_key, is_primary, verified_at from contact_point where contact_id = any(${ids}::uuid[])`.execute(
    tx,
  );
  const found = new Map(rows.map((row) => [row.id, { ...row, points: [] as KnownPerson['points'][number][] }]));
  for (const row of points.rows) {
    found
      .get(row.contact_id)
      ?.points.push({ kind: row.kind, matchKey: row.match_key, isPrimary: row.is_primary, verifiedAt: row.verified_at });
  }
  return found;
}
