import type { EntryKind } from '#src/ledger/entry.ts';
import type { Channel } from '#src/purposes/purpose.ts';

/** What one register of a contact says. Absent purpose and channel mean all of them. */
export interface SaidState {
  readonly register: 'consent' | 'request' | 'basis' | 'objection' | 'restriction' | 'notice';
  readonly purposeId: string | null;
  readonly channel: Channel | null;
  readonly kind: EntryKind;
  readonly occurredAt: Date;
}

/** A no that must be said again of the united person, after everything else that is known of them. */
export type NoToRepeat = Pick<SaidState, 'kind' | 'purposeId' | 'channel'>;

const noes: Readonly<Partial<Record<EntryKind, number>>> = {
  restricted: 2,
  objected: 2,
  'consent-withdrawn': 2,
  'basis-ended': 2,
  'consent-refused': 1,
  'consent-expired': 1,
};

/**
 * When records turn out to be of one person, what they united permit is no more than each permitted: a withdrawal in one is
 * not undone by a newer yes in the other, which may have been given by somebody who did not know of it. The fold over the
 * united history would let the newest word win, so every no it would lose is said again, dated after all. To have never
 * been asked is no no; and what a record had itself outlived (a consent after an objection) stays outlived.
 *
 * @param reaches whether an objection to everything reaches this purpose (marketing, and what rests on balancing)
 */
export function strictestOf(contacts: readonly (readonly SaidState[])[], reaches: (purposeId: string) => boolean): NoToRepeat[] {
  const repeated = new Map<string, NoToRepeat & { strictness: number }>();
  const repeat = ({ kind, purposeId, channel }: NoToRepeat, register: string) => {
    const key = `${register} ${purposeId ?? '*'} ${channel ?? '*'}`;
    const strictness = noes[kind] ?? 0;
    if (strictness > (repeated.get(key)?.strictness ?? 0)) repeated.set(key, { kind, purposeId, channel, strictness });
  };
  contacts.forEach((own, at) => {
    const others = contacts.filter((_, other) => other !== at).flat();
    for (const no of own.filter(({ kind }) => noes[kind] !== undefined)) {
      const rival = others.some(
        (one) => isSameRegister(one, no) && (noes[one.kind] ?? 0) < (noes[no.kind] ?? 0) && !(one.occurredAt < no.occurredAt),
      );
      if (rival) repeat(no, no.register);
      if (no.kind !== 'objected') continue;
      for (const yes of others.filter((one) => isConsent(one) && one.occurredAt > no.occurredAt && covers(no, one, reaches))) {
        const outlived = own.some((one) => isConsent(one) && isSameRegister(one, yes) && one.occurredAt > no.occurredAt);
        if (!outlived) repeat({ kind: 'objected', purposeId: yes.purposeId, channel: yes.channel }, 'objection');
      }
    }
  });
  return [...repeated.values()].map(({ kind, purposeId, channel }) => ({ kind, purposeId, channel }));
}

function isConsent({ kind }: SaidState): boolean {
  return kind === 'consent-given' || kind === 'consent-renewed';
}

function isSameRegister(one: SaidState, other: SaidState): boolean {
  return one.register === other.register && one.purposeId === other.purposeId && one.channel === other.channel;
}

function covers(objection: SaidState, consent: SaidState, reaches: (purposeId: string) => boolean): boolean {
  const onChannel = objection.channel === null || objection.channel === consent.channel;
  return (
    onChannel &&
    (objection.purposeId === null
      ? consent.purposeId !== null && reaches(consent.purposeId)
      : objection.purposeId === consent.purposeId)
  );
}
