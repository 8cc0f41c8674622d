import type { Transaction } from '#platform/database/connect.ts';
import { findState } from '#src/permission/current-state.ts';
import { appendNow, type ConsentAct } from './act.ts';

/**
 * Records that a box was shown and left empty. Only where nothing was ever answered: leaving a box of one form empty does
 * not withdraw what was agreed elsewhere.
 */
export async function refuseConsent(tx: Transaction, refusal: ConsentAct): Promise<'refused' | 'answered-before'> {
  const current = await findState(tx, {
    contactId: refusal.contactId,
    purposeId: refusal.purpose.id,
    channel: refusal.channel,
    register: 'consent',
  });
  if (current) return 'answered-before';
  await appendNow(tx, { ...refusal, kind: 'consent-refused' });
  return 'refused';
}
