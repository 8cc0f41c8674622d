import { AppError, notFound } from '#platform/app-error.ts';
import { databaseNow } from '#platform/clock.ts';
import type { Keys } from '#platform/crypto/keys.ts';
import type { Transaction } from '#platform/database/connect.ts';
import { isRestricted } from '#src/consent/restrict.ts';
import type { Language } from '#src/languages/languages.ts';
import { type Actor, actorIdOf } from '#src/ledger/entry.ts';
import { listFields } from '#src/register/find-field.ts';
import { type Account, accountFor } from './account-for.ts';
import type { Address, PointKind } from './addresses.ts';
import { assertStatedBasis } from './assert-stated-basis.ts';
import type { Facts } from './contact.ts';
import { addPoint } from './points.ts';
import { type ContactInput, readContactInput, refuseUnconditioned } from './read-input.ts';

export interface ContactEdit extends Account {
  readonly changes: ContactInput;
  readonly language?: Language | undefined;
  readonly country?: string | null | undefined;
  readonly reason?: string | undefined;
}

/**
 * Corrects a contact (Art. 16): the new value comes with its own account, the old one goes into the history, and the basis
 * that was stated into the ledger.
 *
 * @throws AppError 404; 409 `restricted` (Art. 18: the data may only be stored); 409 `address-taken`; 422
 */
export async function editContact(
  tx: Transaction,
  keys: Keys,
  contactId: string,
  edit: ContactEdit,
  actor: Actor,
): Promise<void> {
  // Locked first: of two people saving at once, the second sees what the first changed instead of undoing it.
  const current = await tx
    .selectFrom('contact')
    .select(['state', 'country', 'language', 'facts'])
    .where('id', '=', contactId)
    .forUpdate()
    .executeTakeFirst();
  if (!current) throw notFound();
  if (current.state === 'merged') throw new AppError('merged', { status: 409 });
  if (await isRestricted(tx, contactId)) throw new AppError('restricted', { status: 409 });

  const fields = await listFields(tx, { includeArchived: true });
  const country = edit.country ?? current.country ?? 'BG';
  const read = readContactInput(edit.changes, { country, fields, prefix: 'changes.' });
  const account = await accountFor(tx, edit, actor);
  refuseUnconditioned(read.facts, fields, account.purpose.id, 'changes.');
  if (account.legalBasis === 'unknown' && current.state !== 'quarantined') {
    throw new AppError('invalid-fields', {
      status: 422,
      fields: [{ field: 'legalBasis', code: 'unknown-basis-needs-quarantine' }],
    });
  }
  const now = await databaseNow(tx);
  const history: Change[] = [];

  const facts: Record<string, Facts[string]> = { ...(current.facts as unknown as Facts) };
  for (const [field, value] of read.facts) {
    const old = facts[field]?.value ?? null;
    if (old === value) continue;
    history.push({ field, old, new: value });
    if (value === null) delete facts[field];
    else facts[field] = { value, provenance: [account.provenanceId], at: now.toISOString() };
  }
  const columns = {
    facts: JSON.stringify(facts),
    language: edit.language ?? current.language,
    country: edit.country === undefined ? current.country : edit.country,
    updated_at: now,
    // Here for a reason of its own from now on: an unanswered form must not take the person away with it.
    ...(current.state === 'unconfirmed' ? { state: 'active' } : {}),
  };
  if (columns.language !== current.language) history.push({ field: 'language', old: current.language, new: columns.language });
  if (columns.country !== current.country) history.push({ field: 'country', old: current.country, new: columns.country });
  await tx.updateTable('contact').set(columns).where('id', '=', contactId).execute();

  for (const [kind, address] of read.points) {
    const change = await replacePoint(tx, keys, contactId, kind, address, account.provenanceId);
    if (change) history.push(change);
  }
  await assertStatedBasis(tx, contactId, account, actor);
  await recordChanges(tx, contactId, history, { actor, at: now, ...(edit.reason ? { reason: edit.reason } : {}) });
}

interface Change {
  readonly field: string;
  readonly old: string | null;
  readonly new: string | null;
}

/** Keeps what values were before; erased with the person. */
export async function recordChanges(
  tx: Transaction,
  contactId: string,
  changes: readonly Change[],
  by: { actor: Actor; at: Date; reason?: string },
): Promise<void> {
  if (changes.length === 0) return;
  await tx
    .insertInto('contact_change')
    .values(
      changes.map((change) => ({
        contact_id: contactId,
        field: change.field,
        old_value: change.old,
        new_value: change.new,
        reason: by.reason ?? null,
        changed_by_kind: by.actor.kind,
        changed_by: actorIdOf(by.actor),
        changed_at: by.at,
      })),
    )
    .execute();
}

export async function replacePoint(
  tx: Transaction,
  keys: Keys,
  contactId: string,
  kind: PointKind,
  address: Address | null,
  provenanceId: string,
): Promise<Change | undefined> {
  const current = await tx
    .selectFrom('contact_point')
    .select(['id', 'original', 'normalised', 'match_hash'])
    .where('contact_id', '=', contactId)
    .where('kind', '=', kind)
    .where('is_primary', '=', true)
    .executeTakeFirst();
  if ((current?.normalised ?? null) === (address?.normalised ?? null)) return undefined;

  if (current) await tx.deleteFrom('contact_point').where('id', '=', current.id).execute();
  if (address) {
    await addPoint(tx, keys, { contactId, kind, address, provenanceIds: [provenanceId] });
    if (current) await carrySuppression(tx, current.match_hash, keys.matchHash(kind, address.matchKey));
  }
  return { field: kind, old: current?.original ?? null, new: address?.original ?? null };
}

/** A no follows the person to their new address; a dead mailbox does not. */
async function carrySuppression(tx: Transaction, from: Buffer, to: Buffer): Promise<void> {
  const held = await tx
    .selectFrom('suppression')
    .select(['reason', 'suppressed_at'])
    .where('match_hash', '=', from)
    .where('reason', '<>', 'hard-bounce')
    .execute();
  if (held.length === 0) return;
  await tx
    .insertInto('suppression')
    .values(held.map((row) => ({ match_hash: to, reason: row.reason, suppressed_at: row.suppressed_at })))
    // A no the new address had before only becomes newer; the database sees to that.
    .onConflict((conflict) =>
      conflict.columns(['match_hash', 'reason']).doUpdateSet((eb) => ({ suppressed_at: eb.ref('excluded.suppressed_at') })),
    )
    .execute();
}
