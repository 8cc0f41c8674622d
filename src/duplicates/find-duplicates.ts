import { sql } from 'kysely';
import { type Database, inTransaction, type Transaction } from '#platform/database/connect.ts';
import type { JobHandle, JobKind } from '#platform/jobs/run-jobs.ts';
import { startJob } from '#platform/jobs/start-job.ts';
import type { Services } from '#src/services.ts';
import type { Right } from '#src/staff/rights.ts';
import { comparePeople, LEAST_SCORE } from './compare-people.ts';
import { matchKeys } from './match-keys.ts';
import { readPeople } from './read-people.ts';

export const FIND_DUPLICATES = 'find-duplicates';

/** So many more share a key by accident: a switchboard's number, a family's. Such a key says nothing. */
const MOST_OF_A_KEY = 12;
/** So many changed contacts are looked up one by one; of more, everybody is grouped at once. */
const FEW = 20_000;
const BATCH = 2_000;

interface Cursor {
  readonly phase: 'keys' | 'pairs' | 'compare';
  readonly after: string | null;
  readonly mode: 'everybody' | 'changed';
  readonly found: number;
}

/** How many people came or changed since they were last looked at. */
async function countUnseen(db: Database, most: number): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from (select from contact c where c.state in ('active', 'quarantined')
      and not exists (select from contact_match m where m.contact_id = c.id) limit ${most}) unseen`.execute(db);
  return rows[0]?.n ?? 0;
}

/** Everything that was found up to now is looked up for who came or changed since: in place when few, as a job when many. */
export async function lookForDuplicates(services: Services): Promise<void> {
  const unseen = await countUnseen(services.db, FEW + 1);
  if (unseen === 0) return;
  if (unseen > FEW) {
    await inTransaction(services.db, (tx) => startJob(tx, { kind: FIND_DUPLICATES, requestedBy: { kind: 'system' } }));
    return;
  }
  let after: string | null = null;
  do {
    after = await inTransaction(services.db, (tx) => describeSome(tx, after, 'changed')).then((some) => some.last);
  } while (after);
  while ((await inTransaction(services.db, compareSome)).compared > 0);
}

/**
 * Looks for records that may be of one person, in three steps that each go on where they were left: what everybody is found
 * by, who shares that, and how alike those are. No step compares everybody with everybody.
 */
export const findDuplicates: JobKind<Services, Right> = {
  kind: FIND_DUPLICATES,
  right: 'contacts.merge',
  async run({ db }, job) {
    let cursor = (job.cursor as Cursor | null) ?? (await begin(db, job));
    let { done } = job;
    while (job.mayGoOn()) {
      if (cursor.phase === 'keys') {
        [cursor, done] = await inTransaction(db, async (tx): Promise<[Cursor, number]> => {
          const { last, described } = await describeSome(tx, cursor.after, cursor.mode);
          const next: Cursor = last
            ? { ...cursor, after: last }
            : { ...cursor, after: null, phase: cursor.mode === 'everybody' ? 'pairs' : 'compare' };
          await job.checkpoint(tx, { done: done + described, cursor: next });
          return [next, done + described];
        });
      } else if (cursor.phase === 'pairs') {
        cursor = await inTransaction(db, async (tx): Promise<Cursor> => {
          const pairs = await pairEverybody(tx);
          const next: Cursor = { ...cursor, phase: 'compare' };
          await job.checkpoint(tx, { done, total: done + pairs, cursor: next });
          return next;
        });
      } else {
        const { compared, found } = await inTransaction(db, async (tx) => {
          const some = await compareSome(tx);
          await job.checkpoint(tx, {
            done: done + some.compared,
            cursor: { ...cursor, found: cursor.found + some.found },
            counts: { suggested: cursor.found + some.found },
          });
          return some;
        });
        if (compared === 0) return 'done';
        done += compared;
        cursor = { ...cursor, found: cursor.found + found };
      }
    }
    return 'interrupted';
  },
};

async function begin(db: Database, job: JobHandle): Promise<Cursor> {
  const unseen = await countUnseen(db, 2 ** 31 - 1);
  const cursor: Cursor = { phase: 'keys', after: null, mode: unseen > FEW ? 'everybody' : 'changed', found: 0 };
  await inTransaction(db, (tx) => job.checkpoint(tx, { done: 0, total: unseen, cursor }));
  return cursor;
}

/** Writes down what the next contacts are found by; when few have changed, also whom that finds. */
async function describeSome(
  tx: Transaction,
  after: string | null,
  mode: Cursor['mode'],
): Promise<{ last: string | null; described: number }> {
  const { rows } = await sql<{ id: string }>`
    select c.id from contact c
     where c.id > ${after ?? '00000000-0000-0000-0000-000000000000'}::uuid and c.state in ('active', 'quarantined')
       and not exists (select from contact_match m where m.contact_id = c.id)
     order by c.id limit ${BATCH}`.execute(tx);
  const ids = rows.map((row) => row.id);
  if (ids.length === 0) return { last: null, described: 0 };
  const people = await readPeople(tx, ids);
  const known = [...people];
  await sql`
    insert into contact_match (contact_id, keys)
    select id, keys::bigint[] from unnest(${known.map(([id]) => id)}::uuid[],
      ${known.map(([, person]) => `{${matchKeys(person).join(',')}}`)}::text[]) as new(id, keys)
    on conflict (contact_id) do nothing`.execute(tx);
  if (mode === 'changed') await pairThese(tx, ids);
  return { last: ids.at(-1) ?? null, described: ids.length };
}

/** Whoever shares a key with these, and whoever was suggested with them before. */
async function pairThese(tx: Transaction, ids: readonly string[]): Promise<void> {
  // Until the first statistics of this table the planner takes thirteen of anything for near: it read all of it for each key.
  await sql`set local enable_seqscan = off`.execute(tx);
  await sql`
    insert into duplicate_candidate (one_id, other_id)
    select least(n.contact_id, o.id), greatest(n.contact_id, o.id)
      from contact_match n
      cross join lateral unnest(n.keys) as k(key)
      cross join lateral (select array_agg(s.contact_id) as ids from (
        select m.contact_id from contact_match m where m.keys @> array[k.key] limit ${MOST_OF_A_KEY + 1}) s) found
      cross join lateral unnest(found.ids) as o(id)
     where n.contact_id = any(${[...ids]}::uuid[]) and o.id <> n.contact_id and cardinality(found.ids) <= ${MOST_OF_A_KEY}
    union
    select one_id, other_id from duplicate_suggestion
     where dismissed_at is null and (one_id = any(${[...ids]}::uuid[]) or other_id = any(${[...ids]}::uuid[]))
    on conflict do nothing`.execute(tx);
}

/** Everybody who shares a key, in one pass over all keys. */
async function pairEverybody(tx: Transaction): Promise<number> {
  await sql`set local work_mem = '64MB'`.execute(tx);
  await sql`
    insert into duplicate_candidate (one_id, other_id)
    select one, other from (
      select array_agg(m.contact_id) as ids from contact_match m cross join lateral unnest(m.keys) as k(key)
       group by k.key having count(*) between 2 and ${MOST_OF_A_KEY}) alike
      cross join lateral unnest(alike.ids) as one cross join lateral unnest(alike.ids) as other
     where one < other
    union
    select one_id, other_id from duplicate_suggestion where dismissed_at is null
    on conflict do nothing`.execute(tx);
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from duplicate_candidate`.execute(tx);
  return rows[0]?.n ?? 0;
}

/** Compares the next pairs; what was dismissed stays so, and what is not alike any more is not suggested any more. */
async function compareSome(tx: Transaction): Promise<{ compared: number; found: number }> {
  const { rows } = await sql<{ one_id: string; other_id: string }>`
    delete from duplicate_candidate where (one_id, other_id) in (
      select one_id, other_id from duplicate_candidate order by one_id, other_id limit ${BATCH} for update skip locked)
    returning one_id, other_id`.execute(tx);
  if (rows.length === 0) return { compared: 0, found: 0 };
  const people = await readPeople(tx, [...new Set(rows.flatMap((row) => [row.one_id, row.other_id]))]);
  const pairs = rows.flatMap((row) => {
    const [one, other] = [people.get(row.one_id), people.get(row.other_id)];
    return one && other ? [{ ...row, ...comparePeople(one, other) }] : [];
  });
  const alike = pairs.filter(({ score }) => score >= LEAST_SCORE);
  const unlike = pairs.filter(({ score }) => score < LEAST_SCORE);
  await sql`
    insert into duplicate_suggestion (one_id, other_id, score, reasons)
    select one, other, score, string_to_array(reasons, ' ') from unnest(${alike.map((pair) => pair.one_id)}::uuid[],
      ${alike.map((pair) => pair.other_id)}::uuid[], ${alike.map((pair) => pair.score)}::smallint[],
      ${alike.map((pair) => pair.reasons.join(' '))}::text[]) as new(one, other, score, reasons)
    on conflict (one_id, other_id) do update set score = excluded.score, reasons = excluded.reasons, found_at = excluded.found_at
     where duplicate_suggestion.dismissed_at is null
       and (duplicate_suggestion.score, duplicate_suggestion.reasons) is distinct from (excluded.score, excluded.reasons)`.execute(
    tx,
  );
  await sql`
    delete from duplicate_suggestion s using unnest(${unlike.map((pair) => pair.one_id)}::uuid[],
      ${unlike.map((pair) => pair.other_id)}::uuid[]) as gone(one, other)
     where s.one_id = gone.one and s.other_id = gone.other and s.dismissed_at is null`.execute(tx);
  return { compared: rows.length, found: alike.length };
}
