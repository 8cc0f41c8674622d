import { databaseNow } from '#platform/clock.ts';
import { inTransaction, type Transaction } from '#platform/database/connect.ts';
import { lockContact } from '#src/contacts/lock-contact.ts';
import { eraseContact } from '#src/erasure/erase-contact.ts';
import type { Services } from '#src/services.ts';
import { findGuardian, forgetGuardian } from './guardians.ts';

const BATCH = 200;

/**
 * Deletes what nobody confirmed in time, as the form had promised. A contact that is here for no other reason is erased
 * without a trace; of anybody else only the request goes. Returns how many.
 */
export async function expireSubmissions(services: Services): Promise<number> {
  let expired = 0;
  for (;;) {
    const taken = await expireSome(services);
    expired += taken;
    if (taken < BATCH) return expired;
  }
}

async function expireSome(services: Services): Promise<number> {
  const due = await services.db
    .selectFrom('submission')
    .select(['id', 'contact_id'])
    .where('status', '=', 'pending')
    .where('expires_at', '<=', await databaseNow(services.db))
    .orderBy('expires_at')
    .limit(BATCH)
    .execute();
  for (const { id, contact_id: contactId } of due) await inTransaction(services.db, (tx) => expireOne(tx, id, contactId));
  return due.length;
}

async function expireOne(tx: Transaction, id: string, contactId: string): Promise<void> {
  const state = await lockContact(tx, contactId);
  // Locked first: of two buttons, "confirm" and midnight, one wins and the other finds it settled.
  const submission = await tx.selectFrom('submission').select('status').where('id', '=', id).forUpdate().executeTakeFirst();
  if (submission?.status !== 'pending') return;
  const guardian = await findGuardian(tx, id);
  await tx
    .updateTable('submission')
    .set({ status: 'expired', answers: '{}', evidence: '{}', settled_at: new Date() })
    .where('id', '=', id)
    .execute();
  await forgetUnconfirmed(tx, contactId, state);
  if (guardian) await forgetGuardian(tx, guardian.guardianId);
}

async function forgetUnconfirmed(tx: Transaction, contactId: string, state: string | undefined): Promise<void> {
  if (state !== 'unconfirmed') return;
  const other = await tx
    .selectFrom('submission')
    .select('id')
    .where('contact_id', '=', contactId)
    .where('status', '=', 'pending')
    .executeTakeFirst();
  if (!other) await eraseContact(tx, { contactId, reason: 'unconfirmed' });
}
