import { invalidFields } from '#platform/app-error.ts';
import { databaseNow } from '#platform/clock.ts';
import type { Keys } from '#platform/crypto/keys.ts';
import { uuidv7 } from '#platform/crypto/uuid.ts';
import type { Transaction } from '#platform/database/connect.ts';
import type { Language } from '#src/languages/languages.ts';
import { appendEntries, createSalts } from '#src/ledger/append-entries.ts';
import type { Actor, PermissionGround } from '#src/ledger/entry.ts';
import { listFields } from '#src/register/find-field.ts';
import { type Account, accountFor } from './account-for.ts';
import type { Facts } from './contact.ts';
import { addPoint } from './points.ts';
import { type ContactInput, readContactInput, refuseUnconditioned } from './read-input.ts';

export interface NewContact extends ContactInput, Account {
  readonly language: Language;
  readonly country?: string | undefined;
  /** For marketing purposes: why the channel may be used although nobody consented (Directive 2002/58/EC Art. 13(2)). */
  readonly permissionGround?: Exclude<PermissionGround, 'consent'> | undefined;
  /** When the data came to us, where it was before this moment. */
  readonly since?: Date | undefined;
}

/**
 * Adds a person, with the account of where their data came from. Without a known basis the contact is quarantined: it can
 * be reviewed, given to its person, or erased, and nothing else.
 *
 * @returns the contact's id
 * @throws AppError 422 for fields that cannot be accepted; 409 `address-taken` with `contactId`
 */
export async function addContact(tx: Transaction, keys: Keys, contact: NewContact, actor: Actor): Promise<string> {
  const fields = await listFields(tx, { includeArchived: true });
  const read = readContactInput(contact, { country: contact.country ?? 'BG', fields });
  const named = ['given_name', 'family_name', 'company'] as const;
  if (named.every((field) => !read.facts.get(field)) && [...read.points.values()].every((point) => point === null)) {
    throw invalidFields([{ field: 'email', code: 'nothing-to-recognise' }]);
  }
  const account = await accountFor(tx, contact, actor);
  refuseUnconditioned(read.facts, fields, account.purpose.id);
  const now = contact.since ?? (await databaseNow(tx));

  const id = uuidv7();
  const facts: Facts = Object.fromEntries(
    [...read.facts].flatMap(([field, value]) =>
      value === null ? [] : [[field, { value, provenance: [account.provenanceId], at: now.toISOString() }]],
    ),
  );
  await tx
    .insertInto('contact')
    .values({
      id,
      state: account.legalBasis === 'unknown' ? 'quarantined' : 'active',
      language: contact.language,
      country: contact.country ?? null,
      facts: JSON.stringify(facts),
      origin_id: account.provenanceId,
      created_at: now,
      updated_at: now,
    })
    .execute();
  const salts = await createSalts(tx, [id]);
  for (const [kind, address] of read.points) {
    if (address) await addPoint(tx, keys, { contactId: id, kind, address, provenanceIds: [account.provenanceId] });
  }
  if (account.legalBasis !== 'unknown' && account.legalBasis !== 'consent') {
    const { legalBasis } = account;
    const ground = contact.permissionGround ?? 'not-needed';
    await appendEntries(
      tx,
      account.purpose.channels.map((channel) => ({
        kind: 'basis-asserted' as const,
        contactId: id,
        purpose: account.purpose,
        channel,
        legalBasis,
        permissionGround: ground,
        occurredAt: now,
        sourceId: account.sourceId,
        actor,
        method: 'contact-added',
      })),
      salts,
    );
  }
  return id;
}
