import type { Transaction } from '#platform/database/connect.ts';
import { assertBasis } from '#src/consent/assert-basis.ts';
import type { Actor } from '#src/ledger/entry.ts';
import { findState } from '#src/permission/current-state.ts';
import type { Accounted } from './account-for.ts';

/**
 * Whoever edits a contact states on which basis: someone who came through a form becomes a customer. Only where nothing
 * was recorded before: a basis that was ended does not come back because of a corrected telephone number.
 */
export async function assertStatedBasis(tx: Transaction, contactId: string, account: Accounted, actor: Actor): Promise<void> {
  const { legalBasis, purpose, sourceId } = account;
  if (legalBasis === 'unknown' || legalBasis === 'consent') return;
  for (const channel of purpose.channels) {
    if (await findState(tx, { contactId, purposeId: purpose.id, channel, register: 'basis' })) continue;
    await assertBasis(tx, {
      contactId,
      purpose,
      channel,
      sourceId,
      legalBasis,
      permissionGround: 'not-needed',
      actor,
      method: 'contact-changed',
    });
  }
}
