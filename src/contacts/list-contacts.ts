import { type RawBuilder, sql } from 'kysely';
import type { Database } from '#platform/database/connect.ts';
import type { Language } from '#src/languages/languages.ts';
import type { Channel } from '#src/purposes/purpose.ts';
import type { ConsentAnswer } from './consent-answers.ts';
import { type ContactSort, type ContactState, displayName } from './contact.ts';
import { conditionsOf } from './contact-conditions.ts';
import { countMatches, findPage } from './find-page.ts';

export interface ContactFilter {
  /** Part of a name, company, e-mail address or phone number. */
  readonly search?: string | undefined;
  readonly state?: ContactState | undefined;
  /** Only contacts whose data may be used for this purpose (uuid) on this channel, by the gate's own answer. */
  readonly may?: { readonly purposeId: string; readonly channel: Channel } | undefined;
  /** Only contacts who answered so, or were not asked; whatever else the gate says about them. */
  readonly answered?: { readonly purposeId: string; readonly channel: Channel; readonly answer: ConsentAnswer } | undefined;
  readonly sourceId?: string | undefined;
  readonly country?: string | undefined;
  readonly language?: Language | undefined;
}

export interface ContactPage {
  readonly sort: ContactSort;
  /** At most 100. */
  readonly limit: number;
  /** Position after the last contact of the page before: its sort value and id. */
  readonly after?: { readonly value: string; readonly id: string } | undefined;
}

export interface ListedContact {
  readonly id: string;
  readonly name: string;
  readonly givenName: string | null;
  readonly familyName: string | null;
  readonly company: string | null;
  readonly email: string | null;
  readonly state: ContactState;
  readonly language: Language;
  readonly country: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly may: readonly { readonly purpose: string; readonly channel: Channel; readonly allowed: boolean }[];
}

export interface ContactList {
  readonly contacts: readonly ListedContact[];
  readonly next: { readonly value: string; readonly id: string } | null;
}

// Ids are time-ordered (RFC 9562 v7), so "created" needs no index of its own.
const sortColumns = {
  name: 'contact.sort_name',
  created: 'contact.id',
  changed: 'contact.updated_at',
} as const;

/**
 * A page of contacts. Pages follow one another by key, not by offset: the thousandth page costs what the first does, and a
 * contact added meanwhile shifts nothing.
 */
export async function listContacts(db: Database, filter: ContactFilter, page: ContactPage): Promise<ContactList> {
  const descending = page.sort.startsWith('-');
  const column = sortColumns[page.sort.replace('-', '') as keyof typeof sortColumns];
  const direction = descending ? 'desc' : 'asc';

  const after = page.after && isAfter(column, descending, page.after);
  const rows = await findPage(db, await conditionsOf(db, filter), { column, direction, after, limit: page.limit + 1 });

  const shown = rows.slice(0, page.limit);
  const last = shown.at(-1);
  const allowed = await marketingPermissions(
    db,
    shown.map((row) => row.id),
  );
  return {
    contacts: shown.map((row) => ({
      id: row.id,
      name: displayName(row),
      givenName: row.given_name,
      familyName: row.family_name,
      company: row.company,
      email: row.primary_email,
      state: row.state as ContactState,
      language: row.language as Language,
      country: row.country,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
      may: allowed.get(row.id) ?? [],
    })),
    next:
      rows.length > page.limit && last
        ? { value: column === 'contact.sort_name' ? (last.sort_name ?? '') : last.updated_at.toISOString(), id: last.id }
        : null,
  };
}

/** How many match: exactly up to `most`, and for the whole unfiltered table the planner's estimate beyond it. */
export async function countContacts(
  db: Database,
  filter: ContactFilter,
  most = 1000,
): Promise<{ value: number; atLeast: boolean }> {
  const value = await countMatches(db, await conditionsOf(db, filter), most + 1);
  if (value <= most) return { value, atLeast: false };
  if (Object.values(filter).some((wanted) => wanted !== undefined)) return { value: most, atLeast: true };
  const { rows } = await sql<{
    n: number;
  }>`select reltuples::bigint::float8 as n from pg_class where oid = 'contact'::regclass`.execute(db);
  return { value: Math.max(most, Math.round(rows[0]?.n ?? 0)), atLeast: true };
}

function isAfter(
  column: (typeof sortColumns)[keyof typeof sortColumns],
  descending: boolean,
  position: { value: string; id: string },
): RawBuilder<boolean> {
  const than = sql.raw(descending ? '<' : '>');
  if (column === 'contact.id') return sql<boolean>`contact.id ${than} ${position.id}::uuid`;
  const value = column === 'contact.updated_at' ? sql`${position.value}::timestamptz` : sql`${position.value}`;
  return sql<boolean>`(${sql.ref(column)}, contact.id) ${than} (${value}, ${position.id}::uuid)`;
}

async function marketingPermissions(db: Database, contactIds: readonly string[]) {
  const found = new Map<string, { purpose: string; channel: Channel; allowed: boolean }[]>();
  if (contactIds.length === 0) return found;
  const { rows } = await sql<{ contact_id: string; slug: string; channel: Channel; allowed: boolean }>`
    select m.contact_id, p.slug, ch.channel, m.allowed
      from purpose p cross join lateral unnest(p.channels) with ordinality as ch(channel, place)
      cross join lateral may_process_many(${[...contactIds]}::uuid[], p.id, ch.channel) m
     where p.is_marketing and p.archived_at is null
     order by p.created_at, p.id, ch.place`.execute(db);
  for (const row of rows) {
    const list = found.get(row.contact_id) ?? [];
    list.push({ purpose: row.slug, channel: row.channel, allowed: row.allowed });
    found.set(row.contact_id, list);
  }
  return found;
}
