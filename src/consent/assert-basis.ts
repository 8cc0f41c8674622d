import type { Transaction } from '#platform/database/connect.ts';
import type { Entry, PermissionGround } from '#src/ledger/entry.ts';
import { findState } from '#src/permission/current-state.ts';
import type { LegalBasis } from '#src/purposes/purpose.ts';
import { appendNow, type ConsentAct } from './act.ts';

/** Records the legal basis, other than consent, on which a purpose may use this contact's data on a channel (Art. 6(1)(b)–(f)). */
export async function assertBasis(
  tx: Transaction,
  basis: ConsentAct & {
    legalBasis: Exclude<LegalBasis, 'consent'>;
    permissionGround: Exclude<PermissionGround, 'consent'>;
    until?: Date;
  },
): Promise<Entry> {
  return appendNow(tx, { ...basis, kind: 'basis-asserted' });
}

/** Records that the basis has ended: the contract is over, the duty fulfilled. */
export async function endBasis(tx: Transaction, act: ConsentAct): Promise<'ended' | 'nothing-to-end'> {
  const current = await findState(tx, {
    contactId: act.contactId,
    purposeId: act.purpose.id,
    channel: act.channel,
    register: 'basis',
  });
  if (current?.kind !== 'basis-asserted') return 'nothing-to-end';
  await appendNow(tx, { ...act, kind: 'basis-ended' });
  return 'ended';
}
