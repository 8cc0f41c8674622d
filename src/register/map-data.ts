import { sql } from 'kysely';
import type { Database } from '#platform/database/connect.ts';
import type { FieldDefinition } from './field.ts';
import { listFields } from './find-field.ts';

/** A field on the map: what it serves, and how many people it is known of. */
export interface MappedField {
  readonly field: FieldDefinition;
  readonly holders: Holders;
}

/** `about`: reckoned from a sample, so a value that few people have may be missing from it. */
export interface Holders {
  readonly value: number;
  readonly isAbout: boolean;
}

/** Pages of the table that are read at most: a company of a million people waits no longer for its map than one of ten thousand. */
const MOST_PAGES = 2_500;

/** Which field serves which purposes (Art. 5(1)(b)–(c)); archived ones too while anybody has a value in them. */
export async function mapData(db: Database, mostPages = MOST_PAGES): Promise<MappedField[]> {
  const fields = await listFields(db, { includeArchived: true });
  const facts = await countHolders(db, 'contact', sql`jsonb_object_keys(sampled.facts) as k`, mostPages);
  const points = await countHolders(
    db,
    'contact_point',
    sql`lateral (select case sampled.kind when 'post' then 'postal_address' else sampled.kind end) as p(k)`,
    mostPages,
  );
  return fields
    .map((field) => ({ field, holders: holdersOf(field.key) }))
    .filter(({ field, holders }) => field.archivedAt === null || holders.value > 0);

  function holdersOf(key: string): Holders {
    const isAbout = facts.isAbout || points.isAbout;
    return { value: (facts.counts.get(key) ?? 0) + (points.counts.get(key) ?? 0), isAbout };
  }
}

async function countHolders(
  db: Database,
  table: 'contact' | 'contact_point',
  keys: ReturnType<typeof sql>,
  mostPages: number,
): Promise<{ counts: ReadonlyMap<string, number>; isAbout: boolean }> {
  const { rows: sizes } = await sql<{ pages: number }>`
    select (pg_relation_size(${`saglasie.${table}`}::regclass) / current_setting('block_size')::integer)::float8 as pages`.execute(
    db,
  );
  const pages = sizes[0]?.pages ?? 0;
  // Whole pages are sampled: a tenth of the pages costs a tenth of the reading, which a sample of rows would not.
  const share = pages > mostPages ? mostPages / pages : 1;
  const from =
    share === 1 ? sql`${sql.table(table)} as sampled` : sql`${sql.table(table)} as sampled tablesample system (${share * 100})`;
  const { rows } = await sql<{ k: string; n: number }>`
    select k, count(*)::float8 as n from ${from}, ${keys} group by k`.execute(db);
  return { counts: new Map(rows.map(({ k, n }) => [k, Math.round(n / share)])), isAbout: share < 1 };
}
