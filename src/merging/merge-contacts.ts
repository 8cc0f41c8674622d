import { sql } from 'kysely';
import { AppError, notFound } from '#platform/app-error.ts';
import type { Transaction } from '#platform/database/connect.ts';
import { isRestricted } from '#src/consent/restrict.ts';
import type { ContactState, Facts } from '#src/contacts/contact.ts';
import { lockContact } from '#src/contacts/lock-contact.ts';
import { actorIdOf } from '#src/ledger/entry.ts';
import { recordSystemSource } from '#src/sources/record-system-source.ts';
import { carryPermissions, readStands } from './carry-permissions.ts';
import { wholePeople } from './find-living.ts';
import {
  type MergeActor,
  type MergeChoices,
  type MergeObstacle,
  type Remembered,
  type RememberedPoint,
  sideOf,
} from './merge.ts';
import { servedFields } from './served-fields.ts';

export interface Merge {
  readonly survivorId: string;
  readonly absorbedId: string;
  readonly choices?: MergeChoices;
  readonly actor: MergeActor;
  /** The bulk merge it is part of. */
  readonly jobId?: string;
}

/** The label of what the merging itself writes down. */
export const MERGE_SOURCE = 'merge';

/**
 * Unites two records of one person. The survivor takes the other's addresses and the chosen values, each with what accounts
 * for it; what lost goes into its history. The other keeps its row and everything written under it, answers no at the gate,
 * and leads to the survivor. What both united permit is no more than each permitted.
 *
 * @throws AppError 404; 409 `not-to-be-merged` with the obstacle
 */
export async function mergeContacts(tx: Transaction, merge: Merge): Promise<{ mergeId: string }> {
  const { survivorId, absorbedId, actor, choices = {} } = merge;
  if (survivorId === absorbedId) throw refusal('same-contact');
  // In one order whoever is which: two merges of the same two people, or a merge and an erasure, never wait in a circle.
  // With both locks no message is being handed over to either, and none begins before this commits.
  const states = new Map<string, ContactState | undefined>();
  for (const id of [survivorId, absorbedId].toSorted()) states.set(id, await lockContact(tx, id));
  for (const id of [survivorId, absorbedId]) {
    const obstacle = await obstacleOf(tx, id, states.get(id));
    if (obstacle) throw refusal(obstacle);
  }
  await sql`select hold_ledgers_of(${[survivorId, absorbedId]}::uuid[])`.execute(tx);
  const [survivor, absorbed] = [await readRecord(tx, survivorId), await readRecord(tx, absorbedId)];
  const [own, others] = [await readStands(tx, survivorId), await readStands(tx, absorbedId)];

  const served = await servedFields(tx);
  const facts: Record<string, Facts[string]> = { ...survivor.facts };
  const lost: { field: string; kept: string; value: string; provenance: readonly string[] }[] = [];
  for (const [field, theirs] of Object.entries(absorbed.facts)) {
    const mine = survivor.facts[field];
    if (mine && mine.value === theirs.value && served.has(field)) {
      facts[field] = { ...mine, provenance: [...new Set([...mine.provenance, ...theirs.provenance])] };
      continue;
    }
    // A field that serves no purpose any more is not filled in, by nobody; the value stays where it is.
    if (!served.has(field)) continue;
    const side = sideOf(choices.fields?.[field], mine, theirs);
    if (side === 'absorbed') facts[field] = theirs;
    const [kept, loser] = side === 'absorbed' ? [theirs, mine] : [mine, theirs];
    if (kept && loser) lost.push({ field, kept: kept.value, value: loser.value, provenance: loser.provenance });
  }
  const column = (field: 'language' | 'country') =>
    sideOf(choices.fields?.[field], survivor[field], absorbed[field]) === 'absorbed' ? absorbed[field] : survivor[field];
  const made = {
    // Data of unknown origin are quarantined wherever they are.
    state: absorbed.state === 'quarantined' ? 'quarantined' : survivor.state,
    language: column('language') ?? survivor.language,
    country: column('country'),
    facts,
  };

  const remembered: Remembered = {
    survivor: { ...recordOf(survivor), points: survivor.points },
    absorbed: { points: absorbed.points },
    made,
  };
  const { id: mergeId } = await tx
    .insertInto('contact_merge')
    .values({
      survivor_id: survivorId,
      absorbed_id: absorbedId,
      absorbed_state: absorbed.state,
      merged_by_kind: actor.kind,
      merged_by: actorIdOf(actor),
      job_id: merge.jobId ?? null,
      before: JSON.stringify(remembered),
    })
    .returning('id')
    .executeTakeFirstOrThrow();

  await tx
    .updateTable('contact')
    .set({ ...made, facts: JSON.stringify(facts), updated_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', survivorId)
    .execute();
  await recordLost(tx, merge, mergeId, lost);
  await movePoints(tx, merge, survivor.points, absorbed.points);
  const sourceId = await recordSystemSource(tx, MERGE_SOURCE);
  await carryPermissions(tx, { id: mergeId, survivorId, sourceId, actor }, own, others);
  await waitForOwner(tx, merge, own, others);
  return { mergeId };
}

/** Why this contact may not be united with another; undefined when it may. */
export async function obstacleOf(
  tx: Transaction,
  contactId: string,
  state: ContactState | undefined,
): Promise<MergeObstacle | undefined> {
  if (!state) throw notFound();
  if (state === 'merged') return 'merged';
  // Whoever has not confirmed yet may be a typing error or a stranger; they are confirmed or erased within days.
  if (state === 'unconfirmed') return 'not-confirmed';
  return (await isRestricted(tx, contactId)) ? 'restricted' : undefined;
}

function refusal(obstacle: MergeObstacle): AppError {
  return new AppError('not-to-be-merged', { status: 409, members: { obstacle } });
}

interface ReadRecord {
  readonly state: string;
  readonly language: string;
  readonly country: string | null;
  readonly facts: Facts;
  readonly points: readonly (RememberedPoint & { readonly kind: string; readonly matchKey: string })[];
}

async function readRecord(tx: Transaction, contactId: string): Promise<ReadRecord> {
  const contact = await tx
    .selectFrom('contact')
    .select(['state', 'language', 'country', 'facts'])
    .where('id', '=', contactId)
    .executeTakeFirstOrThrow();
  const points = await tx
    .selectFrom('contact_point')
    .select(['id', 'kind', 'match_key', 'is_primary', 'must_confirm', 'came_from', 'provenance_ids', 'verified_at'])
    .where('contact_id', '=', contactId)
    .orderBy('id')
    .execute();
  return {
    ...contact,
    facts: contact.facts as unknown as Facts,
    points: points.map((point) => ({
      id: point.id,
      kind: point.kind,
      matchKey: point.match_key,
      isPrimary: point.is_primary,
      mustConfirm: point.must_confirm,
      cameFrom: point.came_from,
      provenance: point.provenance_ids,
      verifiedAt: point.verified_at?.toISOString() ?? null,
    })),
  };
}

function recordOf({ state, language, country, facts }: ReadRecord) {
  return { state, language, country, facts };
}

/** What lost goes into the survivor's history with what accounted for it, until the records are taken apart again. */
async function recordLost(
  tx: Transaction,
  merge: Merge,
  mergeId: string,
  lost: readonly { field: string; kept: string; value: string; provenance: readonly string[] }[],
): Promise<void> {
  if (lost.length === 0) return;
  await tx
    .insertInto('contact_change')
    .values(
      lost.map((one) => ({
        contact_id: merge.survivorId,
        field: one.field,
        old_value: one.value,
        new_value: one.kept,
        changed_by_kind: merge.actor.kind,
        changed_by: actorIdOf(merge.actor),
        provenance_ids: [...one.provenance],
        merge_id: mergeId,
      })),
    )
    .execute();
}

/**
 * The other's addresses become the survivor's, each with its provenance and what was verified. A telephone or postal address
 * that both have stays one, and rests on what either rested on. A main address that is main no more remembers whose it was.
 */
async function movePoints(
  tx: Transaction,
  { survivorId, absorbedId, choices = {} }: Merge,
  own: ReadRecord['points'],
  others: ReadRecord['points'],
): Promise<void> {
  for (const point of others) {
    const twin = own.find((one) => one.kind === point.kind && one.matchKey === point.matchKey);
    if (twin) {
      await sql`update contact_point set verified_at = coalesce(verified_at, ${point.verifiedAt}::timestamptz),
        provenance_ids = (select array_agg(distinct id) from unnest(provenance_ids || ${[...point.provenance]}::uuid[]) id)
        where id = ${twin.id}::uuid`.execute(tx);
      continue;
    }
    const main = own.find((one) => one.kind === point.kind && one.isPrimary);
    const takesOver = point.isPrimary && (!main || choices.main?.[point.kind as 'email' | 'phone' | 'post'] === 'absorbed');
    if (takesOver && main) {
      await sql`update contact_point set is_primary = false, came_from = coalesce(came_from, ${survivorId}::uuid)
        where id = ${main.id}::uuid`.execute(tx);
    }
    await sql`update contact_point set contact_id = ${survivorId}::uuid, is_primary = ${takesOver},
        came_from = case when ${point.isPrimary} then ${absorbedId}::uuid else came_from end
      where id = ${point.id}::uuid`.execute(tx);
  }
}

/**
 * What was agreed to with another record's address, or may yet be by a link that lies there, waits until the main one is shown
 * to be the person's.
 */
async function waitForOwner(
  tx: Transaction,
  { survivorId, absorbedId }: Merge,
  own: Awaited<ReturnType<typeof readStands>>,
  others: Awaited<ReturnType<typeof readStands>>,
): Promise<void> {
  const main = await tx
    .selectFrom('contact_point')
    .select(['id', 'came_from'])
    .where('contact_id', '=', survivorId)
    .where('kind', '=', 'email')
    .where('is_primary', '=', true)
    .where('verified_at', 'is', null)
    .where('must_confirm', '=', false)
    .executeTakeFirst();
  if (!main) return;
  const isOthers = main.came_from === absorbedId;
  const elsewhere = (await wholePeople(tx, [survivorId])).filter((id) => id !== (isOthers ? absorbedId : survivorId));
  const asked = await tx
    .selectFrom('submission')
    .select('id')
    .where('contact_id', 'in', elsewhere)
    .where('status', '=', 'pending')
    .limit(1)
    .executeTakeFirst();
  const agreed = (isOthers ? own : others).some(
    ({ kind, channel }) => channel === 'email' && (kind === 'consent-given' || kind === 'consent-renewed'),
  );
  if (agreed || asked) await tx.updateTable('contact_point').set({ must_confirm: true }).where('id', '=', main.id).execute();
}
