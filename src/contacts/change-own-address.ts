import { AppError } from '#platform/app-error.ts';
import { databaseNow } from '#platform/clock.ts';
import type { Transaction } from '#platform/database/connect.ts';
import { isRestricted } from '#src/consent/restrict.ts';
import type { Services } from '#src/services.ts';
import type { Address } from './addresses.ts';
import { askToConfirmAddress } from './confirm-address.ts';
import { recordChanges, replacePoint } from './edit-contact.ts';
import { lockContact } from './lock-contact.ts';

/**
 * A person replaces their own e-mail address, after a message to the old one. What they agreed to waits until the new one is
 * confirmed. Whether somebody else has that address they are not told: nothing happens then, and the answer is the same.
 */
export async function changeOwnAddress(tx: Transaction, services: Services, contactId: string, address: Address): Promise<void> {
  if (!(await lockContact(tx, contactId)) || (await isRestricted(tx, contactId))) return;
  const old = await tx
    .selectFrom('contact_point')
    .select('provenance_ids')
    .where('contact_id', '=', contactId)
    .where('kind', '=', 'email')
    .where('is_primary', '=', true)
    .executeTakeFirst();
  const [provenanceId] = old?.provenance_ids ?? [];
  if (!provenanceId) return;
  const taken = await tx
    .selectFrom('contact_point')
    .select('id')
    .where('kind', '=', 'email')
    .where('match_key', '=', address.matchKey)
    .where('contact_id', '<>', contactId)
    .executeTakeFirst();
  if (taken) return;
  const change = await replacePoint(tx, services.keys, contactId, 'email', address, provenanceId);
  if (!change) return;
  await recordChanges(tx, contactId, [change], { actor: { kind: 'contact', contactId }, at: await databaseNow(tx) });
  await askToConfirmAddress(tx, services, contactId);
}

/** Another contact got the address between the look and the write: the same answer as if it had been there before. */
export function isTaken(thrown: unknown): boolean {
  return thrown instanceof AppError && thrown.code === 'address-taken';
}
