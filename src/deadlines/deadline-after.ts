import { type HolidayOverrides, isDayOff } from './public-holidays.ts';

/** When something must be done, twice: without mercy, and as Regulation 1182/71 counts. ISO days in the controller's place. */
export interface Deadline {
  /** Same-numbered day, whatever day it is. Alarms go by it: whether a day that stands in for a holiday counts is disputed. */
  readonly hardTarget: string;
  /** The next working day, where that one is a Saturday, a Sunday or a public holiday (Art. 3(4)). */
  readonly legalDue: string;
}

export interface Counting {
  readonly timeZone: string;
  /** ISO 3166; holidays are known of Bulgaria. */
  readonly country: string;
  readonly overrides?: HolidayOverrides | undefined;
}

/**
 * The end of a period of months: the day of receipt does not count, it ends on the day of the same number or on the last one of
 * the month (Reg. (EEC, Euratom) 1182/71, Art. 3(1), 3(2)(c)). Three months are counted at once, not one by one.
 */
export function deadlineAfter(receivedAt: Date, months: number, counting: Counting): Deadline {
  const received = Temporal.Instant.fromEpochMilliseconds(receivedAt.getTime()).toZonedDateTimeISO(counting.timeZone);
  return rolled(received.toPlainDate().add({ months }), counting);
}

/** The same of a day that is known already. */
export function deadlineOn(day: string, counting: Counting): Deadline {
  return rolled(Temporal.PlainDate.from(day), counting);
}

function rolled(hardTarget: Temporal.PlainDate, { country, overrides }: Counting): Deadline {
  let due = hardTarget;
  while (isDayOff(due, country, overrides)) due = due.add({ days: 1 });
  return { hardTarget: hardTarget.toString(), legalDue: due.toString() };
}
