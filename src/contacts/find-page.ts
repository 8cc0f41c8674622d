import { type RawBuilder, sql } from 'kysely';
import type { Database } from '#platform/database/connect.ts';
import type { Conditions } from './contact-conditions.ts';

export interface ContactRow {
  readonly id: string;
  readonly given_name: string | null;
  readonly family_name: string | null;
  readonly company: string | null;
  readonly primary_email: string | null;
  readonly state: string;
  readonly language: string;
  readonly country: string | null;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly sort_name: string | null;
}

export interface Order {
  readonly column: 'contact.sort_name' | 'contact.id' | 'contact.updated_at';
  readonly direction: 'asc' | 'desc';
  /** Where the page before ended. */
  readonly after: RawBuilder<boolean> | undefined;
  readonly limit: number;
}

/** A record that went up in another is met there. */
const isPerson = sql<boolean>`contact.state <> 'merged'`;
/** So many matches are read and sorted in a moment. */
const FEW = 3000;
/** So many contacts are looked at in a moment. */
const NEAR = 20_000;

const columns = sql.raw(
  [
    'id',
    'given_name',
    'family_name',
    'company',
    'primary_email',
    'state',
    'language',
    'country',
    'created_at',
    'updated_at',
    'sort_name',
  ]
    .map((name) => `contact.${name}`)
    .join(', '),
);

/**
 * The next contacts in order. Without a filter the index in that order gives them. With one, few matches are gathered and
 * sorted; of many, the next ones are near in the order, so it is walked. Which is the case is counted, not left to the
 * planner, whose guess about words in a text is wrong by a factor of a hundred either way, and costs seconds.
 */
export async function findPage(db: Database, conditions: Conditions, order: Order): Promise<ContactRow[]> {
  if (conditions.own.length === 0 && !conditions.standing) return walk(db, conditions, order);
  const few = await findFew(db, conditions);
  if (!few) {
    const near = await walk(db, conditions, order, NEAR);
    // Not near after all: whoever matches may stand at the end of the alphabet. Then everything is gathered.
    if (near.length === order.limit) return near;
  }
  return gather(db, conditions, order, few);
}

/** How many match, at most `most`. */
export async function countMatches(db: Database, conditions: Conditions, most: number): Promise<number> {
  const { gate, standing } = conditions;
  if (!gate && !standing) return countSome(db, sql`select from contact where ${all([isPerson, ...conditions.own])}`, most);
  // Of many, any will do: beginning with what stands today, the gate seldom says no.
  const candidates = candidatesOf(conditions, (await findFew(db, conditions)) ?? 'standing');
  return countSome(db, sql`select from (select contact.id ${candidates} offset 0) contact where ${all([gate])}`, most);
}

type Few = 'own' | 'standing' | undefined;

/** Which part of the conditions leaves few contacts by itself. */
async function findFew(db: Database, { own, standing }: Conditions): Promise<Few> {
  if (own.length > 0 && (await countSome(db, sql`select from contact where ${all([isPerson, ...own])}`, FEW + 1)) <= FEW)
    return 'own';
  if (standing && (await countSome(db, standing.rows, FEW + 1)) <= FEW) return 'standing';
  return undefined;
}

async function countSome(db: Database, query: RawBuilder<unknown>, most: number): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from (${query} limit ${most}) found`.execute(db);
  return rows[0]?.n ?? 0;
}

/** Contacts that match but for the gate, beginning with what leaves few. */
function candidatesOf({ own, standing }: Conditions, few: Few, after?: RawBuilder<boolean>): RawBuilder<unknown> {
  return few === 'standing' && standing
    ? sql`from (${standing.rows}) standing join contact on contact.id = standing.contact_id where ${all([isPerson, ...own, after])}`
    : sql`from contact where ${all([isPerson, ...own, standing?.asked, after])}`;
}

async function walk(db: Database, conditions: Conditions, order: Order, atMost?: number): Promise<ContactRow[]> {
  const { own, standing, gate } = conditions;
  const within = atMost ? sql`(${nextInOrder(conditions, order, atMost)}) contact` : sql`contact`;
  const { rows } = await sql<ContactRow>`
    select ${columns} from ${within} where ${all([isPerson, ...own, standing?.asked, gate, atMost ? undefined : order.after])}
     order by ${sortOf(order)} limit ${order.limit}`.execute(db);
  return rows;
}

/** By name, those of the country alone: people of one alphabet stand together, and others would be passed one by one. */
function nextInOrder({ country }: Conditions, order: Order, atMost: number): RawBuilder<unknown> {
  const among = order.column === 'contact.sort_name' ? country : undefined;
  return sql`select ${columns}, contact.search_text, contact.origin_id from contact where ${all([among, order.after])}
    order by ${sortOf(order)} limit ${atMost}`;
}

async function gather(db: Database, conditions: Conditions, order: Order, few: Few): Promise<ContactRow[]> {
  const { rows } = await sql<ContactRow>`
    with candidate as materialized (select ${columns} ${candidatesOf(conditions, few, order.after)})
    select ${columns} from (select * from candidate contact order by ${sortOf(order)} offset 0) contact where ${all([conditions.gate])}
     order by ${sortOf(order)} limit ${order.limit}`.execute(db);
  return rows;
}

function sortOf({ column, direction }: Order): RawBuilder<unknown> {
  const way = sql.raw(direction);
  return column === 'contact.id' ? sql`contact.id ${way}` : sql`${sql.ref(column)} ${way}, contact.id ${way}`;
}

function all(conditions: readonly (RawBuilder<boolean> | undefined)[]): RawBuilder<unknown> {
  const given = conditions.filter((condition) => condition !== undefined);
  return given.length === 0 ? sql`true` : sql.join(given, sql` and `);
}
