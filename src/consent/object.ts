import type { Transaction } from '#platform/database/connect.ts';
import { EVERY_CHANNEL, EVERY_PURPOSE, findState, hasConsentedSince } from '#src/permission/current-state.ts';
import type { Channel } from '#src/purposes/purpose.ts';
import { appendNow, type ConsentAct } from './act.ts';

/** An objection to one purpose, or to all direct marketing; on one channel, or on all. */
export interface Objection extends Omit<ConsentAct, 'purpose' | 'channel'> {
  readonly purpose?: ConsentAct['purpose'];
  readonly channel?: Channel;
}

/** Art. 21: to direct marketing it is absolute and needs no reason, and it takes effect at once. */
export async function objectTo(tx: Transaction, objection: Objection): Promise<'objected' | 'objected-before'> {
  const current = await stateOf(tx, objection);
  // A consent given since is the newer word (see may_process), so an objection after it has to be written down again.
  if (current?.kind === 'objected' && !(await hasConsentedSince(tx, scopeOf(objection), current.occurredAt))) {
    return 'objected-before';
  }
  await appendNow(tx, { ...objection, kind: 'objected' });
  return 'objected';
}

/** The person takes the objection back; nobody else can. */
export async function liftObjection(tx: Transaction, objection: Objection): Promise<'lifted' | 'nothing-to-lift'> {
  const current = await stateOf(tx, objection);
  if (current?.kind !== 'objected') return 'nothing-to-lift';
  await appendNow(tx, { ...objection, kind: 'objection-lifted' });
  return 'lifted';
}

function stateOf(tx: Transaction, objection: Objection) {
  return findState(tx, { ...scopeOf(objection), register: 'objection' });
}

function scopeOf(objection: Objection) {
  return {
    contactId: objection.contactId,
    purposeId: objection.purpose?.id ?? EVERY_PURPOSE,
    channel: objection.channel ?? EVERY_CHANNEL,
  };
}
