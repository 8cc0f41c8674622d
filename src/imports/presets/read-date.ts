/** A moment as a file writes it: on a clock of some zone, unless it says which. */
export interface WrittenDate {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  /** Milliseconds since midnight; null where only a day is written. */
  readonly time: number | null;
  /** Minutes east of Greenwich; null where nothing says so. */
  readonly offset: number | null;
}

export type DateProblem = 'ambiguous-date' | 'invalid-date';

const months: readonly (readonly string[])[] = [
  ['january', 'jan', 'януари', 'яну', 'ян'],
  ['february', 'feb', 'февруари', 'фев'],
  ['march', 'mar', 'март', 'мар'],
  ['april', 'apr', 'април', 'апр'],
  ['may', 'май'],
  ['june', 'jun', 'юни'],
  ['july', 'jul', 'юли'],
  ['august', 'aug', 'август', 'авг'],
  ['september', 'sept', 'sep', 'септември', 'септ', 'сеп'],
  ['october', 'oct', 'октомври', 'окт'],
  ['november', 'nov', 'ноември', 'ное', 'ноем'],
  ['december', 'dec', 'декември', 'дек'],
];
const monthByName = new Map(months.flatMap((names, at) => names.map((name) => [name, at + 1] as const)));

const clock = String.raw`(?:[T,]?\s*(?:в\s+|at\s+)?(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?:\s*ч\.?)?\s*(am|pm)?\s*(z|utc|gmt|[+-]\d{2}:?\d{2})?)?`;
const iso = new RegExp(String.raw`^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:\s*г\.?)?${clock}$`, 'i');
const local = new RegExp(String.raw`^(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?:\s*г\.?)?${clock}$`, 'i');
const dayMonth = new RegExp(
  String.raw`^(?:\p{L}+,\s*)?(\d{1,2})\.?[\s-]+(\p{L}+)\.?,?[\s-]+(\d{4})(?:\s*г\.?)?,?${clock}$`,
  'iu',
);
const monthDay = new RegExp(String.raw`^(?:\p{L}+,\s*)?(\p{L}+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4}),?${clock}$`, 'iu');

const DAY = 86_400_000;
/** Spreadsheets count days from here. */
const SERIAL_EPOCH = Date.UTC(1899, 11, 30);

/**
 * Reads a day or a moment: ISO 8601, `31.12.2024`, `12/31/2024` and `31/12/2024`, months by name in Bulgarian and English,
 * seconds or milliseconds since 1970, and a spreadsheet's count of days. Where only the order of day and month is open, `order`
 * decides; without it there is none, and the date is a problem rather than a guess.
 */
export function readDate(written: string, order: 'day-first' | 'month-first' | null): WrittenDate | DateProblem {
  const text = written.trim();
  if (text.length > 60) return 'invalid-date';
  if (/^\d+(\.\d+)?$/.test(text)) return readNumber(text);
  let match = iso.exec(text);
  if (match) return checked(Number(match[1]), Number(match[2]), Number(match[3]), match.slice(4));
  match = local.exec(text);
  if (match) {
    const [, first = '', separator, second = '', yearText = ''] = match;
    const year = Number(yearText) + (yearText.length === 2 ? 2000 : 0);
    // Nobody writes 12.31.2024.
    const ruled = separator === '.' ? 'day-first' : orderOf(Number(first), Number(second), order);
    if (ruled === null) return 'ambiguous-date';
    const [day, month] = ruled === 'day-first' ? [first, second] : [second, first];
    return checked(year, Number(month), Number(day), match.slice(5));
  }
  match = dayMonth.exec(text);
  if (match) return checked(Number(match[3]), monthByName.get((match[2] ?? '').toLowerCase()), Number(match[1]), match.slice(4));
  match = monthDay.exec(text);
  if (match) return checked(Number(match[3]), monthByName.get((match[1] ?? '').toLowerCase()), Number(match[2]), match.slice(4));
  return 'invalid-date';
}

function orderOf(first: number, second: number, order: 'day-first' | 'month-first' | null) {
  if (first > 12) return 'day-first';
  if (second > 12) return 'month-first';
  return first === second ? 'day-first' : order;
}

function readNumber(text: string): WrittenDate | DateProblem {
  const number = Number(text);
  if (/^\d{8}$/.test(text)) return checked(Number(text.slice(0, 4)), Number(text.slice(4, 6)), Number(text.slice(6)), []);
  if (/^\d{9,10}$/.test(text)) return moment(number * 1000, 0);
  if (/^\d{12,13}$/.test(text)) return moment(number, 0);
  // 1954 to 2119: what is a smaller number is something else.
  if (number < 20_000 || number > 80_000) return 'invalid-date';
  const at = moment(SERIAL_EPOCH + Math.round((number * DAY) / 1000) * 1000, null);
  return Number.isInteger(number) ? { ...at, time: null } : at;
}

function moment(time: number, offset: number | null): WrittenDate {
  const date = new Date(time);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate(), time: modulo(time), offset };
}

function modulo(time: number): number {
  return ((time % DAY) + DAY) % DAY;
}

function checked(
  year: number,
  month: number | undefined,
  day: number,
  rest: readonly (string | undefined)[],
): WrittenDate | DateProblem {
  if (month === undefined || month < 1 || month > 12 || day < 1 || year < 1850 || year > 2200) return 'invalid-date';
  if (day > daysIn(year, month)) return 'invalid-date';
  const [hourText, minute, second = '0', fraction = '0', half, zone] = rest;
  if (hourText === undefined) return { year, month, day, time: null, offset: null };
  let hour = Number(hourText);
  if (half !== undefined) {
    if (hour < 1 || hour > 12) return 'invalid-date';
    hour = (hour % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
  }
  if (hour > 23 || Number(minute) > 59 || Number(second) > 59) return 'invalid-date';
  const time = ((hour * 60 + Number(minute)) * 60 + Number(second)) * 1000 + Math.floor(Number(`0.${fraction}`) * 1000);
  return { year, month, day, time, offset: zone === undefined ? null : offsetOf(zone) };
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function offsetOf(zone: string): number {
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
  if (!match) return 0;
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]));
}

/** The day as it is written, whatever the zone. */
export function dayOf({ year, month, day }: WrittenDate): string {
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

/** Turns written moments into ISO 8601 in UTC; those without an offset are on the clocks of the zone. */
export function toUtc(timeZone: string): (date: WrittenDate) => string {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const offsetAt = (utc: number): number => {
    const parts = Object.fromEntries(format.formatToParts(utc).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(utc / 1000) * 1000;
  };
  // Zones change their clocks on the hour: one look-up serves all moments of it.
  const byHour = new Map<number, number>();
  return ({ year, month, day, time, offset }) => {
    const clock = Date.UTC(year, month - 1, day) + (time ?? 0);
    if (offset !== null) return new Date(clock - offset * 60_000).toISOString();
    const hour = Math.floor(clock / 3_600_000);
    let shift = byHour.get(hour);
    if (shift === undefined) {
      if (byHour.size > 100_000) byHour.clear();
      // Twice: the first guess may stand on the other side of a change of clocks.
      shift = offsetAt(clock - offsetAt(clock));
      byHour.set(hour, shift);
    }
    return new Date(clock - shift).toISOString();
  };
}
