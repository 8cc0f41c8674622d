/** Days that are holidays by decree, or are not although the calendar says so; asked before the table below. */
export type HolidayOverrides = ReadonlyMap<string, boolean>;

// Labour Code, Art. 154(1). 1 November is a holiday for schools only.
const fixed = ['01-01', '03-03', '05-01', '05-06', '05-24', '09-06', '09-22', '12-24', '12-25', '12-26'] as const;

const years = new Map<number, ReadonlySet<string>>();

/**
 * Public holidays of Bulgaria in a year, as ISO days: the fixed ones, Orthodox Good Friday to Easter Monday, and the working
 * days that stand in for fixed ones on a weekend (Art. 154(2)). Those of Easter are not moved.
 */
export function bulgarianHolidays(year: number): ReadonlySet<string> {
  const known = years.get(year);
  if (known) return known;
  const easter = orthodoxEaster(year);
  const days = new Set<string>([
    ...fixed.map((day) => `${year}-${day}`),
    ...[-2, -1, 0, 1].map((days) => easter.add({ days }).toString()),
  ]);
  for (const day of fixed.map((one) => Temporal.PlainDate.from(`${year}-${one}`))) {
    if (!isWeekend(day)) continue;
    let next = day;
    do next = next.add({ days: 1 });
    while (isWeekend(next) || days.has(next.toString()));
    days.add(next.toString());
  }
  years.set(year, days);
  return days;
}

export function isWeekend(day: Temporal.PlainDate): boolean {
  return day.dayOfWeek > 5;
}

/** Whether nobody is expected to work on this day there; of other countries only weekends are known. */
export function isDayOff(day: Temporal.PlainDate, country: string, overrides?: HolidayOverrides): boolean {
  const said = overrides?.get(day.toString());
  if (said !== undefined) return said;
  return isWeekend(day) || (country === 'BG' && bulgarianHolidays(day.year).has(day.toString()));
}

/** Meeus' Julian algorithm, thirteen days on: right for 1900 to 2099. */
function orthodoxEaster(year: number): Temporal.PlainDate {
  const d = (19 * (year % 19) + 15) % 30;
  const e = (2 * (year % 4) + 4 * (year % 7) - d + 34) % 7;
  const month = Math.floor((d + e + 114) / 31);
  const day = ((d + e + 114) % 31) + 1;
  return Temporal.PlainDate.from({ year, month, day }).add({ days: 13 });
}
