import type { Transaction } from '#platform/database/connect.ts';
import type { Entry } from '#src/ledger/entry.ts';
import { findState } from '#src/permission/current-state.ts';
import { appendNow, type ConsentAct } from './act.ts';

export interface ProvenConsent extends ConsentAct {
  /** SHA-256 (hex) of the exact text the person agreed to: without it, it would not be consent (Art. 7(1)). */
  readonly noticeHash: string;
  /** Months until it must be asked for again; null: until withdrawn. */
  readonly validMonths: number | null;
}

/** Records a consent the person gave (Art. 4(11)); given again while it stands, it is a renewal to the text shown now. */
export async function giveConsent(tx: Transaction, consent: ProvenConsent): Promise<Entry> {
  const { validMonths, ...act } = consent;
  const current = await findState(tx, {
    contactId: act.contactId,
    purposeId: act.purpose.id,
    channel: act.channel,
    register: 'consent',
  });
  const stands = current?.kind === 'consent-given' || current?.kind === 'consent-renewed';
  return appendNow(tx, {
    ...act,
    kind: stands ? 'consent-renewed' : 'consent-given',
    legalBasis: 'consent',
    permissionGround: 'consent',
    ...(validMonths === null ? {} : { until: monthsFromNow(validMonths) }),
  });
}

/** Same day of the month, or its last day: 31 January and one month is 28 or 29 February. */
export function monthsFromNow(months: number, from: Date = new Date()): Date {
  return new Date(
    Temporal.Instant.fromEpochMilliseconds(from.getTime()).toZonedDateTimeISO('UTC').add({ months }).epochMilliseconds,
  );
}
