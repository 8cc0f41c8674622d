import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dayOf, readDate, toUtc } from './read-date.ts';

const utc = toUtc('Europe/Sofia');
const read = (text: string, order: 'day-first' | 'month-first' | null = null) => {
  const date = readDate(text, order);
  if (typeof date === 'string') return date;
  return date.time === null ? dayOf(date) : utc(date);
};

describe('A date in a file', () => {
  test.each([
    // ISO 8601, with and without time and zone.
    ['2024-12-31', '2024-12-31'],
    ['2024-12-31T23:59:59Z', '2024-12-31T23:59:59.000Z'],
    ['2024-12-31T23:59:59.123456+02:00', '2024-12-31T21:59:59.123Z'],
    ['2024-07-01 12:00:00', '2024-07-01T09:00:00.000Z'],
    ['2024-12-31 10:20', '2024-12-31T08:20:00.000Z'],
    ['2024/12/31', '2024-12-31'],
    ['20241231', '2024-12-31'],
    // Day first with dots, as Bulgaria writes.
    ['31.12.2024', '2024-12-31'],
    ['3.4.2024 г.', '2024-04-03'],
    ['03.04.24', '2024-04-03'],
    ['31.12.2024 г. 10:20 ч.', '2024-12-31T08:20:00.000Z'],
    // With strokes: who comes first shows where one of the two is no month.
    ['31/12/2024', '2024-12-31'],
    ['12/31/2024', '2024-12-31'],
    ['12/31/2024 10:04 PM', '2024-12-31T20:04:00.000Z'],
    ['12/31/2024 12:04 AM', '2024-12-30T22:04:00.000Z'],
    ['03/04/2024', 'ambiguous-date'],
    ['31-12-2024 09:12:33', '2024-12-31T07:12:33.000Z'],
    // Seconds and milliseconds since 1970.
    ['1735689599', '2024-12-31T23:59:59.000Z'],
    ['1735689599000', '2024-12-31T23:59:59.000Z'],
    // A spreadsheet's count of days.
    ['45657', '2024-12-31'],
    ['45657.5', '2024-12-31T10:00:00.000Z'],
    // Months by name.
    ['31 декември 2024 г.', '2024-12-31'],
    ['1 май 2024', '2024-05-01'],
    ['31-Dec-2024', '2024-12-31'],
    ['Dec 31, 2024', '2024-12-31'],
    ['Tuesday, December 31st, 2024', '2024-12-31'],
    // What is none.
    ['31.02.2024', 'invalid-date'],
    ['29.02.2023', 'invalid-date'],
    ['29.02.2024', '2024-02-29'],
    ['32/13/2024', 'invalid-date'],
    ['0000-00-00', 'invalid-date'],
    ['2024-12-31 25:00', 'invalid-date'],
    ['13', 'invalid-date'],
    ['вчера', 'invalid-date'],
    ['2024', 'invalid-date'],
  ])('%s is %s', (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  test('in summer and winter, and in the night the clocks change, is the moment of the zone', () => {
    expect(read('2024-03-31 02:59:59')).toBe('2024-03-31T00:59:59.000Z');
    expect(read('2024-03-31 04:00:00')).toBe('2024-03-31T01:00:00.000Z');
    expect(read('2024-10-27 02:59:59')).toBe('2024-10-26T23:59:59.000Z');
    expect(read('2024-10-27 05:00:00')).toBe('2024-10-27T03:00:00.000Z');
  });

  test('comes back whatever way it is written', () => {
    const day = fc.date({ min: new Date('1900-01-01T00:00:00Z'), max: new Date('2100-12-31T00:00:00Z'), noInvalidDate: true });
    fc.assert(
      fc.property(day, (date) => {
        const iso = date.toISOString().slice(0, 10);
        const [year, month, monthDay] = iso.split('-');
        expect(read(iso)).toBe(iso);
        expect(read(`${monthDay}.${month}.${year}`)).toBe(iso);
        expect(read(`${monthDay}/${month}/${year}`, 'day-first')).toBe(iso);
        expect(read(`${month}/${monthDay}/${year}`, 'month-first')).toBe(iso);
        expect(read(date.toISOString())).toBe(date.toISOString());
      }),
    );
  });

  test('hostile text takes no time', () => {
    const { user: begun } = process.threadCpuUsage();
    for (const text of ['1'.repeat(60), '1/'.repeat(30), 'a '.repeat(30), `${'я'.repeat(50)}, 1`, ' '.repeat(60)])
      readDate(text, null);
    // Of the processor, whatever else the machine does: backtracking would take for ever.
    expect(process.threadCpuUsage().user - begun).toBeLessThan(50_000);
  });
});
