import { sql } from 'kysely';
import { AppError, notFound } from '#platform/app-error.ts';
import type { Transaction } from '#platform/database/connect.ts';
import { gradeEvidence } from '#src/consent/grade-evidence.ts';
import { isRestricted } from '#src/consent/restrict.ts';
import { lockContact } from '#src/contacts/lock-contact.ts';
import { dismissSuggestion } from '#src/duplicates/dismiss-suggestion.ts';
import { appendEntries } from '#src/ledger/append-entries.ts';
import { actorIdOf, type Entry, type EntryKind, type NewEntry } from '#src/ledger/entry.ts';
import { listEntriesOf } from '#src/ledger/find-entry.ts';
import { momentAfterAllOf } from '#src/permission/current-state.ts';
import type { MergeActor, Remembered, RememberedPoint } from './merge.ts';
import { servedFields } from './served-fields.ts';

/** Why a merge stays: too long ago, not the newest of its survivor, restricted since, or undone before. */
export type UndoObstacle = 'too-late' | 'later-merge-first' | 'restricted' | 'undone-before';

const noes: readonly EntryKind[] = ['objected', 'consent-withdrawn', 'consent-refused', 'consent-expired', 'basis-ended'];

/**
 * Takes two records apart again. Each gets back exactly what it was: values, addresses, history, and permissions, which are
 * folded anew without what rested on the merge. What has happened since stays: a value somebody changed keeps the change, and
 * a no said meanwhile counts for both, because nobody knows any more which of them said it.
 *
 * @throws AppError 404; 409 `not-to-be-undone` with the obstacle
 */
export async function undoMerge(
  tx: Transaction,
  mergeId: string,
  actor: MergeActor,
): Promise<{ survivorId: string; absorbedId: string }> {
  const known = await tx
    .selectFrom('contact_merge')
    .select(['survivor_id', 'absorbed_id'])
    .where('id', '=', mergeId)
    .executeTakeFirst();
  if (!known) throw notFound();
  const { survivor_id: survivorId, absorbed_id: absorbedId } = known;
  for (const id of [survivorId, absorbedId].toSorted()) if (!(await lockContact(tx, id))) throw notFound();
  await sql`select hold_ledgers_of(${[survivorId, absorbedId]}::uuid[])`.execute(tx);
  const before = await requireUndoable(tx, mergeId, survivorId);
  const since = await saidSince(tx, survivorId, mergeId);

  await tx
    .updateTable('contact_merge')
    .set({ undone_at: sql<Date>`clock_timestamp()`, undone_by_kind: actor.kind, undone_by: actorIdOf(actor) })
    .where('id', '=', mergeId)
    .execute();
  await returnPoints(tx, survivorId, absorbedId, before);
  await returnValues(tx, survivorId, before);
  await tx.deleteFrom('contact_change').where('contact_id', '=', survivorId).where('merge_id', '=', mergeId).execute();
  await repeatSince(tx, { mergeId, survivorId, absorbedId }, since);
  await dismissSuggestion(tx, [survivorId, absorbedId], { kind: actor.kind, id: actorIdOf(actor) });
  await tx.updateTable('contact_merge').set({ before: null }).where('id', '=', mergeId).execute();
  return { survivorId, absorbedId };
}

async function requireUndoable(tx: Transaction, mergeId: string, survivorId: string): Promise<Remembered> {
  const refusal = (obstacle: UndoObstacle) => new AppError('not-to-be-undone', { status: 409, members: { obstacle } });
  const { rows } = await sql<{ before: Remembered | null; is_late: boolean; is_undone: boolean; is_buried: boolean }>`
    select before, undo_until < clock_timestamp() as is_late, undone_at is not null as is_undone,
           exists (select from contact_merge later where later.undone_at is null
             and (later.absorbed_id = m.survivor_id or later.survivor_id = m.survivor_id and later.id > m.id)) as is_buried
      from contact_merge m where id = ${mergeId}::uuid for update`.execute(tx);
  const row = rows[0];
  if (!row) throw notFound();
  if (row.is_undone) throw refusal('undone-before');
  if (row.is_late || !row.before) throw refusal('too-late');
  if (row.is_buried) throw refusal('later-merge-first');
  if (await isRestricted(tx, survivorId)) throw refusal('restricted');
  return row.before;
}

/** What was said of the united person, oldest first; not what the merge itself wrote. */
async function saidSince(tx: Transaction, survivorId: string, mergeId: string): Promise<Entry[]> {
  const first = await tx
    .selectFrom('ledger_entry')
    .select('id')
    .where('contact_id', '=', survivorId)
    .where('method', '=', 'merge')
    .where(sql<string>`evidence->>'merge'`, '=', mergeId)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  const { merged_at: mergedAt } = await tx
    .selectFrom('contact_merge')
    .select('merged_at')
    .where('id', '=', mergeId)
    .executeTakeFirstOrThrow();
  const entries = await listEntriesOf(tx, survivorId, 10_000);
  return entries
    .filter((entry) => entry.recordedAt >= mergedAt || (first && entry.id >= first.id))
    .filter((entry) => !(entry.method === 'merge' && entry.evidence?.merge === mergeId))
    .reverse();
}

async function returnPoints(tx: Transaction, survivorId: string, absorbedId: string, before: Remembered): Promise<void> {
  const restore = (contactId: string, point: RememberedPoint, wasTwin: boolean) =>
    sql`
    update contact_point set contact_id = ${contactId}::uuid, came_from = ${point.cameFrom}::uuid, is_primary = ${point.isPrimary},
      must_confirm = ${point.mustConfirm},
      verified_at = case when ${wasTwin} and verified_at <= (select merged_at from contact_merge where absorbed_id = ${absorbedId}::uuid
          and survivor_id = ${survivorId}::uuid order by id desc limit 1) then ${point.verifiedAt}::timestamptz else verified_at end,
      provenance_ids = case when ${wasTwin} then ${[...point.provenance]}::uuid[] else provenance_ids end
     where id = ${point.id}::uuid`.execute(tx);
  const all = [...before.survivor.points, ...before.absorbed.points].map(({ id }) => id);
  // A main address that came since stays the survivor's, and main: it is what happened since.
  await sql`update contact_point set is_primary = false where id = any(${all}::uuid[]) and is_primary`.execute(tx);
  for (const point of before.absorbed.points) await restore(absorbedId, point, false);
  const { rows } = await sql<{ kind: string }>`
    select kind from contact_point where contact_id = ${survivorId}::uuid and is_primary`.execute(tx);
  for (const point of before.survivor.points) {
    const { rows: own } = await sql<{ kind: string }>`select kind from contact_point where id = ${point.id}::uuid`.execute(tx);
    const isReplaced = rows.some(({ kind }) => kind === own[0]?.kind);
    await restore(survivorId, isReplaced ? { ...point, isPrimary: false } : point, true);
  }
}

async function returnValues(tx: Transaction, survivorId: string, before: Remembered): Promise<void> {
  const now = await tx
    .selectFrom('contact')
    .select(['state', 'language', 'country', 'facts'])
    .where('id', '=', survivorId)
    .executeTakeFirstOrThrow();
  const { survivor: was, made } = before;
  const back = <T>(current: T, after: T, earlier: T): T =>
    JSON.stringify(current) === JSON.stringify(after) ? earlier : current;
  const current = now.facts as Record<string, unknown>;
  // A field that serves no purpose any more cannot be filled in again, by nobody (Art. 5(1)(b)).
  const served = await servedFields(tx);
  const facts: Record<string, unknown> = {};
  const isFree = (field: string) => served.has(field) || was.facts[field] === undefined || same(current[field], was.facts[field]);
  for (const field of new Set([...Object.keys(current), ...Object.keys(was.facts)])) {
    const value = same(current[field], made.facts[field]) && isFree(field) ? was.facts[field] : current[field];
    if (value !== undefined) facts[field] = value;
  }
  await tx
    .updateTable('contact')
    .set({
      state: back(now.state, made.state, was.state),
      language: back(now.language, made.language, was.language),
      country: back(now.country, made.country, was.country),
      facts: JSON.stringify(facts),
      updated_at: sql<Date>`clock_timestamp()`,
    })
    .where('id', '=', survivorId)
    .execute();
}

/** Whether two facts are one: the database keeps the members of an object in an order of its own. */
function same(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || !one || !other) return one === other;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => same((one as Record<string, unknown>)[key], (other as Record<string, unknown>)[key]))
  );
}

/** What came by the absorbed person's own links goes with them; a no of either counts for both. */
async function repeatSince(
  tx: Transaction,
  { mergeId, survivorId, absorbedId }: { mergeId: string; survivorId: string; absorbedId: string },
  since: readonly Entry[],
): Promise<void> {
  const restsOn = (entry: Entry) => entry.evidence?.merge === mergeId;
  const evidenceOf = (entry: Entry) => ({ undone: mergeId, entry: entry.id });
  const common = (entry: Entry) => {
    const { id: _, contactId: __, evidence: ___, actor: ____, ...said } = entry;
    return { ...said, actor: { kind: 'system' } as const, method: 'unmerge' };
  };
  // An absorbed record may itself have absorbed others: what came by their links rests on that merge again.
  const inner = async (entry: Entry): Promise<Record<string, string>> => {
    const through = entry.evidence?.through;
    if (typeof through !== 'string' || through === absorbedId) return {};
    const own = await tx
      .selectFrom('contact_merge')
      .select('id')
      .where('survivor_id', '=', absorbedId)
      .where('undone_at', 'is', null)
      .orderBy('id', 'desc')
      .executeTakeFirst();
    return own ? { merge: own.id, through } : {};
  };
  const theirs: NewEntry[] = [];
  for (const entry of since.filter(restsOn)) {
    theirs.push({
      ...common(entry),
      contactId: absorbedId,
      evidence: { ...kept(entry), ...evidenceOf(entry), ...(await inner(entry)) },
    });
  }
  await appendEntries(tx, theirs);

  const said = since.filter(({ kind }) => noes.includes(kind));
  for (const [contactId, entries] of [
    [absorbedId, said.filter((one) => !restsOn(one))],
    [survivorId, said.filter(restsOn)],
  ] as const) {
    for (const entry of newestOfEach(entries)) {
      const occurredAt = await momentAfterAllOf(tx, contactId);
      await appendEntries(tx, [{ ...common(entry), contactId, occurredAt, evidence: evidenceOf(entry) }]);
    }
  }
}

/** Of what was said of one matter several times, the last. */
function newestOfEach(entries: readonly Entry[]): Entry[] {
  const last = new Map(entries.map((entry) => [`${entry.kind} ${entry.purpose?.id ?? '*'} ${entry.channel ?? '*'}`, entry]));
  return [...last.values()];
}

/** How well a consent that moves back is proven, by the entry it was recorded in. */
function kept(entry: Entry): Record<string, string> {
  const grade = gradeEvidence(entry);
  return grade ? { grade } : {};
}
