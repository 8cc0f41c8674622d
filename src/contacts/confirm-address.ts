import { sql } from 'kysely';
import { databaseNow } from '#platform/clock.ts';
import type { Database, Transaction } from '#platform/database/connect.ts';
import { assertBasis } from '#src/consent/assert-basis.ts';
import { queueDeliveries } from '#src/delivery/queue-deliveries.ts';
import type { Language } from '#src/languages/languages.ts';
import { CONFIRMATION } from '#src/purposes/ensure-starter-purposes.ts';
import { findPurpose } from '#src/purposes/find-purpose.ts';
import type { Services } from '#src/services.ts';
import { recordSystemSource } from '#src/sources/record-system-source.ts';
import { recordChanges } from './edit-contact.ts';
import { lockContact } from './lock-contact.ts';

const DAYS = 7;

/** An address that waits to be shown its owner's, and to whom it was given. */
export interface WaitingAddress {
  readonly pointId: string;
  readonly contactId: string;
  readonly address: string;
  readonly language: Language;
  /** Null while it waits. */
  readonly verifiedAt: Date | null;
}

export async function findWaitingAddress(db: Database, pointId: string): Promise<WaitingAddress | undefined> {
  const row = await waiting(db).where('contact_point.id', '=', pointId).executeTakeFirst();
  return row && addressOf(row);
}

/**
 * Sends one message to an address that took the place of the one a person had agreed with; nothing when none waits. Proving
 * that a consent is the person's is the controller's duty (Art. 7(1)), as is that the address is right (Art. 5(1)(d)).
 */
export async function askToConfirmAddress(
  tx: Transaction,
  services: Services,
  contactId: string,
): Promise<'asked' | 'none-waits' | 'asked-lately'> {
  const row = await waiting(tx)
    .where('contact.id', '=', contactId)
    .where('contact_point.must_confirm', '=', true)
    .where('contact_point.verified_at', 'is', null)
    .executeTakeFirst();
  const purpose = await findPurpose(tx, CONFIRMATION);
  if (!row || !purpose) return 'none-waits';
  if (await wasAskedLately(tx, contactId, row.id)) return 'asked-lately';
  const now = await databaseNow(tx);
  await assertBasis(tx, {
    contactId,
    purpose: { id: purpose.id, version: purpose.version },
    channel: 'email',
    sourceId: await recordSystemSource(tx, 'address-changed'),
    language: row.language as Language,
    actor: { kind: 'system' },
    method: 'address-changed',
    legalBasis: 'legal-obligation',
    permissionGround: 'not-needed',
    until: new Date(now.getTime() + DAYS * 86_400_000),
  });
  await queueDeliveries(
    tx,
    [
      {
        contactId,
        contactPointId: row.id,
        purposeId: purpose.id,
        channel: 'email',
        template: 'confirm-address',
        parameters: { point: row.id },
        language: row.language as Language,
      },
    ],
    services.config.smtpUrl ? 'queued' : 'held',
  );
  return 'asked';
}

/** Nobody's mailbox is filled by asking: one address once in a quarter of an hour, and one person five times a day. */
async function wasAskedLately(tx: Transaction, contactId: string, pointId: string): Promise<boolean> {
  const { rows } = await sql<{ here: boolean; many: boolean }>`
    select coalesce(bool_or(contact_point_id = ${pointId} and created_at > now() - interval '15 minutes'), false) as here,
           count(*) >= 5 as many
      from delivery where contact_id = ${contactId} and template = 'confirm-address' and created_at > now() - interval '1 day'`.execute(
    tx,
  );
  return rows[0]?.here === true || rows[0]?.many === true;
}

/** The owner of the new address says that it is theirs: what they agreed to goes there from now on. */
export async function confirmAddress(tx: Transaction, pointId: string): Promise<'confirmed' | 'gone'> {
  const found = await findWaitingAddress(tx, pointId);
  if (!found || !(await lockContact(tx, found.contactId))) return 'gone';
  const { numUpdatedRows } = await tx
    .updateTable('contact_point')
    .set({ verified_at: await databaseNow(tx) })
    .where('id', '=', pointId)
    .where('is_primary', '=', true)
    .where('verified_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n ? 'confirmed' : 'gone';
}

/** A stranger's address was written down: it is removed, and nothing is sent to it for thirty days. */
export async function disownAddress(tx: Transaction, pointId: string): Promise<'removed' | 'gone'> {
  const found = await findWaitingAddress(tx, pointId);
  if (!found || !(await lockContact(tx, found.contactId))) return 'gone';
  const removed = await tx
    .deleteFrom('contact_point')
    .where('id', '=', pointId)
    .where('verified_at', 'is', null)
    .where('must_confirm', '=', true)
    .returning(['match_hash', 'original'])
    .executeTakeFirst();
  if (!removed) return 'gone';
  await sql`insert into suppression (match_hash, reason) values (${removed.match_hash}, 'not-me')
    on conflict (match_hash, reason) do update set suppressed_at = now()`.execute(tx);
  await recordChanges(tx, found.contactId, [{ field: 'email', old: removed.original, new: null }], {
    // Whoever answered there is not the person.
    actor: { kind: 'system' },
    at: await databaseNow(tx),
    reason: 'not-me',
  });
  return 'removed';
}

function waiting(db: Database) {
  return db
    .selectFrom('contact_point')
    .innerJoin('contact', 'contact.id', 'contact_point.contact_id')
    .select([
      'contact_point.id',
      'contact_point.contact_id',
      'contact_point.normalised',
      'contact_point.verified_at',
      'contact.language',
    ])
    .where('contact_point.kind', '=', 'email')
    .where('contact_point.is_primary', '=', true);
}

function addressOf(row: {
  id: string;
  contact_id: string;
  normalised: string;
  verified_at: Date | null;
  language: string;
}): WaitingAddress {
  return {
    pointId: row.id,
    contactId: row.contact_id,
    address: row.normalised,
    language: row.language as Language,
    verifiedAt: row.verified_at,
  };
}
