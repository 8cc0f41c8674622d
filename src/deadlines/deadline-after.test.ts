import { describe, expect, test } from 'vitest';
import { deadlineAfter, deadlineOn } from './deadline-after.ts';
import { bulgarianHolidays, isDayOff } from './public-holidays.ts';

const sofia = { timeZone: 'Europe/Sofia', country: 'BG' };
const noon = (day: string) => new Date(`${day}T10:00:00Z`);

describe('A period of months', () => {
  test.each([
    ['2026-01-31', '2026-02-28', '2026-03-02', '2026-04-30', '2026-04-30'],
    ['2028-01-31', '2028-02-29', '2028-02-29', '2028-04-30', '2028-05-02'],
    ['2026-03-10', '2026-04-10', '2026-04-14', '2026-06-10', '2026-06-10'],
    ['2026-11-24', '2026-12-24', '2026-12-29', '2027-02-24', '2027-02-24'],
    ['2026-11-30', '2026-12-30', '2026-12-30', '2027-02-28', '2027-03-01'],
  ])('received on %s ends on %s, by law on %s; three of them on %s, by law on %s', (received, one, oneDue, three, threeDue) => {
    expect(deadlineAfter(noon(received), 1, sofia)).toEqual({ hardTarget: one, legalDue: oneDue });
    expect(deadlineAfter(noon(received), 3, sofia)).toEqual({ hardTarget: three, legalDue: threeDue });
  });

  test('is counted from the day it was in the controller’s place', () => {
    const lateEvening = new Date('2026-06-10T22:30:00Z');
    expect(deadlineAfter(lateEvening, 1, sofia).hardTarget).toBe('2026-07-11');
    expect(deadlineAfter(lateEvening, 1, { ...sofia, timeZone: 'Europe/Lisbon' }).hardTarget).toBe('2026-07-10');
  });

  test('rolls over weekends only where no holidays are known', () => {
    expect(deadlineOn('2026-12-24', { ...sofia, country: 'DE' }).legalDue).toBe('2026-12-24');
    expect(deadlineOn('2026-12-26', { ...sofia, country: 'DE' }).legalDue).toBe('2026-12-28');
  });

  test('heeds days off that were decreed, and working days that were', () => {
    const overrides = new Map([
      ['2026-12-29', true],
      ['2026-12-28', false],
    ]);
    expect(deadlineOn('2026-12-29', { ...sofia, overrides }).legalDue).toBe('2026-12-30');
    expect(deadlineOn('2026-12-26', { ...sofia, overrides }).legalDue).toBe('2026-12-28');
  });

  test('whichever day it begins, the hard target never rolls, the legal day is the first working day from it, and neither goes back', () => {
    let before = { hardTarget: '', legalDue: '' };
    for (let day = Temporal.PlainDate.from('2024-01-01'); day.year < 2034; day = day.add({ days: 1 })) {
      for (const months of [1, 2, 3]) {
        const { hardTarget, legalDue } = deadlineAfter(noon(day.toString()), months, sofia);
        const target = Temporal.PlainDate.from(hardTarget);
        const asked = day.toPlainYearMonth().add({ months });
        expect(target.toPlainYearMonth().equals(asked)).toBe(true);
        expect(target.day).toBe(Math.min(day.day, asked.daysInMonth));
        expect(isDayOff(Temporal.PlainDate.from(legalDue), 'BG')).toBe(false);
        for (let between = target; between.toString() < legalDue; between = between.add({ days: 1 })) {
          expect(isDayOff(between, 'BG'), `${between} was passed over`).toBe(true);
        }
        if (months === 1) {
          expect(hardTarget >= before.hardTarget && legalDue >= before.legalDue).toBe(true);
          before = { hardTarget, legalDue };
        }
      }
    }
  });
});

describe('Bulgarian holidays', () => {
  test('follow Orthodox Easter', () => {
    for (const [year, goodFriday, monday] of [
      [2024, '2024-05-03', '2024-05-06'],
      [2025, '2025-04-18', '2025-04-21'],
      [2026, '2026-04-10', '2026-04-13'],
      [2027, '2027-04-30', '2027-05-03'],
      [2028, '2028-04-14', '2028-04-17'],
    ] as const) {
      expect(bulgarianHolidays(year).has(goodFriday) && bulgarianHolidays(year).has(monday)).toBe(true);
    }
  });

  test('on a weekend are made up for on the next working days, one after another, but not those of Easter', () => {
    expect(bulgarianHolidays(2026).has('2026-12-28')).toBe(true);
    expect(bulgarianHolidays(2026).has('2026-12-29')).toBe(false);
    expect(['2027-12-27', '2027-12-28'].every((day) => bulgarianHolidays(2027).has(day))).toBe(true);
    // 1 May 2027 is Holy Saturday: the Monday after is Easter Monday, so Tuesday makes up for it, and nothing for Sunday.
    expect(bulgarianHolidays(2027).has('2027-05-04')).toBe(true);
    expect(bulgarianHolidays(2027).has('2027-05-05')).toBe(false);
  });
});
