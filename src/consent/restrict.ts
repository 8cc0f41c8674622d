import type { Transaction } from '#platform/database/connect.ts';
import { EVERY_CHANNEL, EVERY_PURPOSE, findState } from '#src/permission/current-state.ts';
import { appendNow, type ConsentAct } from './act.ts';

type About = Omit<ConsentAct, 'purpose' | 'channel' | 'noticeHash'>;

/** Why processing is restricted: Art. 18(1)(a) accuracy contested, (b) unlawful, (c) claims, (d) objection pending. */
export type RestrictionGround = 'a' | 'b' | 'c' | 'd';

/** Art. 18: from now on the data may only be stored. */
export async function restrict(
  tx: Transaction,
  about: About & { ground: RestrictionGround },
): Promise<'restricted' | 'restricted-before'> {
  const { ground, ...act } = about;
  const current = await stateOf(tx, about.contactId);
  if (current?.kind === 'restricted') return 'restricted-before';
  await appendNow(tx, { ...act, kind: 'restricted', evidence: { ...act.evidence, ground } });
  return 'restricted';
}

/** Ends a restriction. Art. 18(3): the person was told before; `toldAt` says when and goes into the ledger. */
export async function liftRestriction(tx: Transaction, about: About & { toldAt: Date }): Promise<'lifted' | 'nothing-to-lift'> {
  const { toldAt, ...act } = about;
  const current = await stateOf(tx, about.contactId);
  if (current?.kind !== 'restricted') return 'nothing-to-lift';
  await appendNow(tx, {
    ...act,
    kind: 'restriction-lifted',
    evidence: { ...act.evidence, toldAt: toldAt.toISOString() },
  });
  return 'lifted';
}

/** Whether the contact's data may only be stored. */
export async function isRestricted(tx: Transaction, contactId: string): Promise<boolean> {
  return (await stateOf(tx, contactId))?.kind === 'restricted';
}

function stateOf(tx: Transaction, contactId: string) {
  return findState(tx, { contactId, purposeId: EVERY_PURPOSE, channel: EVERY_CHANNEL, register: 'restriction' });
}
