import type { Transaction } from '#platform/database/connect.ts';
import { findState } from '#src/permission/current-state.ts';
import { appendNow, type ConsentAct } from './act.ts';

/** What a withdrawal found: a consent to end, a question never answered (now refused), or nothing left to end. */
export type WithdrawalOutcome = 'withdrawn' | 'refused' | 'nothing-to-withdraw';

/** Withdraws one purpose on one channel: as easy as giving it (Art. 7(3)), and effective at once. Earlier use stays lawful. */
export async function withdrawConsent(tx: Transaction, withdrawal: ConsentAct): Promise<WithdrawalOutcome> {
  const current = await findState(tx, {
    contactId: withdrawal.contactId,
    purposeId: withdrawal.purpose.id,
    channel: withdrawal.channel,
    register: 'consent',
  });
  if (current?.kind === 'consent-withdrawn' || current?.kind === 'consent-refused') return 'nothing-to-withdraw';

  await appendNow(tx, { ...withdrawal, kind: current ? 'consent-withdrawn' : 'consent-refused' });
  return current ? 'withdrawn' : 'refused';
}
