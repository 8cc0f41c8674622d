import { type RawBuilder, sql } from 'kysely';
import type { Database } from '#platform/database/connect.ts';
import type { EntryKind } from './entry.ts';
import type { RecordedEntry } from './find-entry.ts';
import { entryOf } from './queries.ts';

export interface EntryFilter {
  readonly kind?: EntryKind | undefined;
  readonly purposeId?: string | undefined;
  readonly channel?: string | undefined;
  readonly method?: string | undefined;
  readonly actor?: string | undefined;
  /** When it was recorded: from, and up to but not including. */
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  /** When it happened, the same way: an import tells of years ago. */
  readonly happenedFrom?: Date | undefined;
  readonly happenedTo?: Date | undefined;
  readonly contactIds?: readonly string[] | undefined;
}

export interface ListedEntry extends RecordedEntry {
  /** Place in the log, from 0; null while it waits for one. */
  readonly position: number | null;
}

export interface EntryPage {
  readonly entries: readonly ListedEntry[];
  /** Id to go on after; null at the end. */
  readonly next: string | null;
  /** Whether fewer than asked for were found because the search stopped, and not because there are no more. */
  readonly isPartial: boolean;
}

/** So far back one look goes for entries that match what no index knows; the next one goes on from there. */
const WINDOW = 50_000;
/** For so long a page that is still empty looks on by itself. */
const PATIENCE_MS = 500;

/** Kinds that have an index of their own (migration 0023): of the others the next fifty are never far. */
const seldom: ReadonlySet<EntryKind> = new Set([
  'consent-renewed',
  'consent-withdrawn',
  'consent-expired',
  'objected',
  'objection-lifted',
  'restricted',
  'restriction-lifted',
  'basis-ended',
  'notice-given',
]);

/**
 * Entries, newest first, from `before` on. However many there are and whatever is asked for, a page costs at most a walk over
 * some windows of the index; a filter that finds little may so need several pages to reach the beginning.
 */
export async function listEntries(
  db: Database,
  filter: EntryFilter,
  page: { limit: number; before?: string | undefined; window?: number },
): Promise<EntryPage> {
  const givesUpAt = performance.now() + PATIENCE_MS;
  let found = await lookBack(db, filter, page);
  while (found.entries.length === 0 && found.next && performance.now() < givesUpAt) {
    found = await lookBack(db, filter, { ...page, before: found.next });
  }
  return found;
}

async function lookBack(
  db: Database,
  filter: EntryFilter,
  page: { limit: number; before?: string | undefined; window?: number },
): Promise<EntryPage> {
  const { window = WINDOW } = page;
  const { indexed, other } = conditionsOf(filter, page.before);
  const { rows } = await sql<Row>`
    select e.*, l.position
      from (select * from (select * from ledger_entry e where ${all(indexed)} order by e.id desc limit ${window}) e
             where ${all(other)} order by e.id desc limit ${page.limit + 1}) e
      left join ledger_leaf l on l.entry_id = e.id
     order by e.id desc`.execute(db);
  const entries = rows.slice(0, page.limit).map(
    (row): ListedEntry => ({
      ...entryOf(row),
      recordedAt: row.recorded_at,
      leafHash: row.leaf_hash,
      position: row.position === null ? null : Number(row.position),
    }),
  );
  if (rows.length > page.limit) return { entries, next: entries.at(-1)?.id ?? null, isPartial: false };
  if (other.length === 0) return { entries, next: null, isPartial: false };
  const end = await sql<{ id: string }>`
    select e.id from ledger_entry e where ${all(indexed)} order by e.id desc offset ${window - 1} limit 1`.execute(db);
  const next = end.rows[0]?.id ?? null;
  return { entries, next, isPartial: next !== null };
}

type Row = Parameters<typeof entryOf>[0] & { readonly position: string | null };

function conditionsOf(filter: EntryFilter, before: string | undefined) {
  const { kind, purposeId, channel, method, actor, from, to, happenedFrom, happenedTo, contactIds } = filter;
  const indexed: RawBuilder<boolean>[] = [];
  const other: RawBuilder<boolean>[] = [];
  // Ids begin with the time (RFC 9562 v7), so the time of recording is a range of the primary key.
  if (before) indexed.push(sql`e.id < ${before}::uuid`);
  if (from) indexed.push(sql`e.id >= ${firstIdAt(from)}::uuid`);
  if (to) indexed.push(sql`e.id < ${firstIdAt(to)}::uuid`);
  if (happenedFrom) {
    // Nothing is recorded before it happened, but for a clock that is a minute off.
    indexed.push(sql`e.id >= ${firstIdAt(new Date(happenedFrom.getTime() - 120_000))}::uuid`);
    other.push(sql`e.occurred_at >= ${happenedFrom}`);
  }
  if (happenedTo) other.push(sql`e.occurred_at < ${happenedTo}`);
  if (contactIds) indexed.push(sql`e.contact_id = any(${[...contactIds]}::uuid[])`);
  if (purposeId) indexed.push(sql`e.purpose_id = ${purposeId}::uuid`);
  // Written out: with a parameter the planner could not see that the partial index holds it.
  if (kind && seldom.has(kind) && !purposeId) indexed.push(sql`e.kind = ${sql.lit(kind)}`);
  else if (kind) other.push(sql`e.kind = ${kind}`);
  if (channel) other.push(sql`e.channel = ${channel}`);
  if (method) other.push(sql`e.method = ${method}`);
  if (actor) other.push(sql`e.actor = ${actor}`);
  return { indexed, other };
}

/** The smallest id an entry recorded at this moment can have. */
export function firstIdAt(at: Date): string {
  const hex = Math.max(0, Math.min(at.getTime(), 2 ** 48 - 1))
    .toString(16)
    .padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}

function all(conditions: readonly RawBuilder<boolean>[]): RawBuilder<unknown> {
  return conditions.length === 0 ? sql`true` : sql.join([...conditions], sql` and `);
}
