import { sql } from 'kysely';
import type { Keys } from '#platform/crypto/keys.ts';
import type { Transaction } from '#platform/database/connect.ts';
import { isRestricted } from '#src/consent/restrict.ts';
import { mayHoldFor } from '#src/register/field.ts';
import { listFields } from '#src/register/find-field.ts';
import { findProvenances } from '#src/sources/find-provenance.ts';
import { readPhone } from './addresses.ts';
import { type Facts, factFields, readFact } from './contact.ts';
import { recordChanges } from './edit-contact.ts';

/** What the owner of an address says about themselves when they confirm it. */
export interface Confirmation {
  readonly contactId: string;
  /** What they typed: facts under their own keys, and `phone`. */
  readonly answers: Readonly<Record<string, string | undefined>>;
  readonly provenanceIds: readonly string[];
  /** What accounts for one of the answers, when not all of them rest on the same; an answer nothing accounts for is not kept. */
  readonly provenanceIdsOf?: (key: string) => readonly string[];
  readonly at: Date;
  /** The record it was the main address of until records were united: that address answered, not today's main one. */
  readonly addressOf?: string;
}

/**
 * The owner of the contact's e-mail address has answered a message sent to it: the address is theirs, the contact is more
 * than a typed string, and what they said about themselves goes into the record with its provenance. A restricted contact
 * is only noted as confirmed (Art. 18: their data may be stored, not changed).
 */
export async function confirmContact(tx: Transaction, keys: Keys, confirmation: Confirmation): Promise<void> {
  const { contactId, at } = confirmation;
  const contact = await tx
    .selectFrom('contact')
    .select(['state', 'facts', 'country'])
    .where('id', '=', contactId)
    .forUpdate()
    .executeTakeFirst();
  if (!contact) return;
  await tx
    .updateTable('contact_point')
    .set({ verified_at: at })
    .where('contact_id', '=', contactId)
    .where('kind', '=', 'email')
    .where((point) => (confirmation.addressOf ? point('came_from', '=', confirmation.addressOf) : point('is_primary', '=', true)))
    .where('verified_at', 'is', null)
    .execute();
  const restricted = await isRestricted(tx, contactId);
  const fillable = restricted ? new Set<string>() : await fieldsToFill(tx, confirmation);
  const facts = restricted
    ? { facts: contact.facts as unknown as Facts, changes: [] }
    : mergeFacts(contact.facts as unknown as Facts, confirmation, fillable);
  await tx
    .updateTable('contact')
    .set({
      facts: JSON.stringify(facts.facts),
      updated_at: at,
      ...(contact.state === 'unconfirmed' ? { state: 'active' } : {}),
    })
    .where('id', '=', contactId)
    .execute();
  await recordChanges(tx, contactId, facts.changes, { actor: { kind: 'contact', contactId }, at });
  if (fillable.has('phone') && confirmation.answers.phone) await addPhone(tx, keys, confirmation, contact.country ?? 'BG');
}

/** Answers that are addresses: kept as such. */
const notFacts: readonly string[] = ['email', 'phone'];

function accountOf(confirmation: Confirmation, key: string): readonly string[] {
  return confirmation.provenanceIdsOf ? confirmation.provenanceIdsOf(key) : confirmation.provenanceIds;
}

/** A form of long ago may ask for what serves no purpose any more: such an answer is not kept. */
async function fieldsToFill(tx: Transaction, confirmation: Confirmation): Promise<ReadonlySet<string>> {
  // Most people are asked for nothing but their address.
  if (Object.entries(confirmation.answers).every(([key, text]) => key === 'email' || !text)) return new Set();
  const provenances = await findProvenances(tx, confirmation.provenanceIds);
  const fields = await listFields(tx);
  return new Set(
    fields.flatMap((field) => {
      const purposes = accountOf(confirmation, field.key).flatMap((id) => provenances.get(id)?.purpose.id ?? []);
      return purposes.some((id) => mayHoldFor(field, id)) ? [field.key] : [];
    }),
  );
}

function mergeFacts(held: Facts, confirmation: Confirmation, fillable: ReadonlySet<string>) {
  const facts: Record<string, Facts[string]> = { ...held };
  const changes: { field: string; old: string | null; new: string | null }[] = [];
  const custom = Object.keys(confirmation.answers).filter(
    (key) => !notFacts.includes(key) && !(factFields as readonly string[]).includes(key),
  );
  for (const field of [...factFields, ...custom]) {
    const read = readFact(field, confirmation.answers[field] ?? '');
    if ('problem' in read || read.value === null) continue;
    const provenance = accountOf(confirmation, field);
    if (provenance.length === 0 || !fillable.has(field)) continue;
    const old = facts[field];
    if (old?.value === read.value) {
      // Said once more: the value stays, and now rests on this as well.
      facts[field] = { ...old, provenance: [...new Set([...old.provenance, ...provenance])] };
      continue;
    }
    changes.push({ field, old: old?.value ?? null, new: read.value });
    facts[field] = { value: read.value, provenance: [...provenance], at: confirmation.at.toISOString() };
  }
  return { facts, changes };
}

async function addPhone(tx: Transaction, keys: Keys, confirmation: Confirmation, country: string): Promise<void> {
  const phone = readPhone(confirmation.answers.phone ?? '', country);
  const provenanceIds = accountOf(confirmation, 'phone');
  if ('problem' in phone || provenanceIds.length === 0) return;
  await sql`insert into contact_point (contact_id, kind, original, normalised, match_key, match_hash, provenance_ids, is_primary)
    select ${confirmation.contactId}::uuid, 'phone', ${phone.original}::text, ${phone.normalised}::text, ${phone.matchKey}::text,
           ${keys.matchHash('phone', phone.matchKey)}::bytea, ${provenanceIds}::uuid[],
           not exists (select from contact_point where contact_id = ${confirmation.contactId}::uuid and kind = 'phone' and is_primary)
     where not exists (select from contact_point where contact_id = ${confirmation.contactId}::uuid and kind = 'phone'
       and match_key = ${phone.matchKey}::text)`.execute(tx);
}
