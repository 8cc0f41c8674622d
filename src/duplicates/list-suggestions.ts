import { type RawBuilder, sql } from 'kysely';
import type { Database } from '#platform/database/connect.ts';
import type { Likeness } from './compare-people.ts';

/** One of two people who may be one. */
export interface SuggestedPerson {
  readonly id: string;
  readonly givenName: string | null;
  readonly familyName: string | null;
  readonly company: string | null;
  readonly email: string | null;
  readonly state: 'active' | 'quarantined';
  readonly createdAt: Date;
  /** Art. 18: shown, and not to be united. */
  readonly restricted: boolean;
  readonly verified: boolean;
}

export interface Suggestion {
  readonly one: SuggestedPerson;
  readonly other: SuggestedPerson;
  readonly score: number;
  readonly reasons: readonly Likeness[];
  readonly foundAt: Date;
}

export interface SuggestionFilter {
  readonly minScore?: number | undefined;
  /** All of these, when given. */
  readonly reasons?: readonly Likeness[] | undefined;
  /** At least one of each of these groups. */
  readonly oneOf?: readonly (readonly Likeness[])[] | undefined;
  /** Only of this contact. */
  readonly contactId?: string | undefined;
}

export interface SuggestionPosition {
  readonly score: number;
  readonly one: string;
  readonly other: string;
}

/** Who may be one person, most alike first. */
export async function listSuggestions(
  db: Database,
  filter: SuggestionFilter,
  page: { limit: number; after?: SuggestionPosition | undefined },
): Promise<{ suggestions: Suggestion[]; next: SuggestionPosition | null }> {
  const { after } = page;
  const from = after
    ? sql`(s.score < ${after.score} or s.score = ${after.score} and (s.one_id, s.other_id) > (${after.one}::uuid, ${after.other}::uuid))`
    : sql`true`;
  const { rows } = await sql<SuggestionRow>`
    select s.one_id, s.other_id, s.score, s.reasons, s.found_at, ${person('a')} as one, ${person('b')} as other
      ${suggested(filter)} and ${from}
     order by s.score desc, s.one_id, s.other_id limit ${page.limit + 1}`.execute(db);
  const shown = rows.slice(0, page.limit);
  const last = shown.at(-1);
  return {
    suggestions: shown.map((row) => ({
      one: personOf(row.one),
      other: personOf(row.other),
      score: row.score,
      reasons: row.reasons,
      foundAt: row.found_at,
    })),
    next: rows.length > page.limit && last ? { score: last.score, one: last.one_id, other: last.other_id } : null,
  };
}

/** How many there are, at most `most`; and how many of them involve somebody whose data may only be stored. */
export async function countSuggestions(
  db: Database,
  filter: SuggestionFilter,
  most: number,
): Promise<{ value: number; restricted: number }> {
  const { rows } = await sql<{ value: number; restricted: number }>`
    select count(*)::int as value, count(*) filter (where restricted)::int as restricted
      from (select ${isRestricted('a')} or ${isRestricted('b')} as restricted ${suggested(filter)} limit ${most}) found`.execute(
    db,
  );
  return rows[0] ?? { value: 0, restricted: 0 };
}

interface SuggestionRow {
  one_id: string;
  other_id: string;
  score: number;
  reasons: Likeness[];
  found_at: Date;
  one: PersonRow;
  other: PersonRow;
}
interface PersonRow {
  id: string;
  given_name: string | null;
  family_name: string | null;
  company: string | null;
  email: string | null;
  state: 'active' | 'quarantined';
  created_at: string;
  restricted: boolean;
  verified: boolean;
}

function suggested(filter: SuggestionFilter): RawBuilder<unknown> {
  const conditions = [
    filter.minScore === undefined ? undefined : sql`s.score >= ${filter.minScore}`,
    filter.reasons?.length ? sql`s.reasons @> ${[...filter.reasons]}::text[]` : undefined,
    ...(filter.oneOf ?? []).map((group) => sql`s.reasons && ${[...group]}::text[]`),
    filter.contactId ? sql`${filter.contactId}::uuid in (s.one_id, s.other_id)` : undefined,
  ].filter((condition) => condition !== undefined);
  return sql`from duplicate_suggestion s join contact a on a.id = s.one_id join contact b on b.id = s.other_id
     where s.dismissed_at is null and a.state in ('active', 'quarantined') and b.state in ('active', 'quarantined')
       ${conditions.length > 0 ? sql`and ${sql.join(conditions, sql` and `)}` : sql``}`;
}

function isRestricted(alias: 'a' | 'b'): RawBuilder<boolean> {
  return sql`exists (select from permission_state r where r.contact_id = ${sql.ref(`${alias}.id`)} and r.register = 'restriction'
    and r.kind = 'restricted')`;
}

function person(alias: 'a' | 'b'): RawBuilder<PersonRow> {
  const of = (column: string) => sql.ref(`${alias}.${column}`);
  return sql`jsonb_build_object('id', ${of('id')}, 'given_name', ${of('given_name')}, 'family_name', ${of('family_name')},
    'company', ${of('company')}, 'email', ${of('primary_email')}, 'state', ${of('state')}, 'created_at', ${of('created_at')},
    'restricted', ${isRestricted(alias)},
    'verified', exists (select from contact_point v where v.contact_id = ${of('id')} and v.verified_at is not null))`;
}

function personOf(row: PersonRow): SuggestedPerson {
  const { given_name: givenName, family_name: familyName, created_at: createdAt, ...rest } = row;
  return { ...rest, givenName, familyName, createdAt: new Date(createdAt) };
}
