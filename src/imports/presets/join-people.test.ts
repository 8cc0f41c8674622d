import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readEmail } from '#src/contacts/addresses.ts';
import { type SubscriptionStatus, subscriptionStatuses } from './column-mapping.ts';
import type { ImportedPerson } from './imported-person.ts';
import { joinPeople } from './join-people.ts';

function person(row: number, changes: Partial<ImportedPerson> = {}): ImportedPerson {
  return {
    rows: [row],
    match: { kind: 'email', key: 'maria@example.bg' },
    facts: {},
    points: [],
    statuses: [],
    evidence: {},
    country: null,
    language: null,
    tags: [],
    problems: [],
    ...changes,
  };
}

const saying = (row: number, status: SubscriptionStatus, at: string | null = null) =>
  person(row, { statuses: [{ channel: 'email', status, at, reason: null }] });

describe('The same person in several rows', () => {
  const stops: SubscriptionStatus[] = ['unsubscribed', 'blacklisted', 'complained', 'cleaned', 'bounced', 'unconfirmed'];

  test.each(stops)('is %s when one row says so, whatever the others say and in whatever order', (status) => {
    for (const rows of [
      [saying(1, status), saying(2, 'subscribed')],
      [saying(1, 'subscribed'), saying(2, status)],
      [saying(1, 'subscribed'), saying(2, status), saying(3, 'subscribed', '2026-01-01T00:00:00.000Z')],
    ] as [ImportedPerson, ...ImportedPerson[]][]) {
      expect(joinPeople(rows).statuses).toEqual([{ channel: 'email', status, at: null, reason: null }]);
    }
  });

  test('has the strictest of all statuses in every order, and joining some first changes nothing', () => {
    const statuses = fc.array(
      fc.tuple(
        fc.constantFrom(...subscriptionStatuses),
        fc.option(fc.constantFrom('2020-01-01T00:00:00.000Z', '2024-01-01T00:00:00.000Z')),
      ),
      { minLength: 3, maxLength: 6 },
    );
    fc.assert(
      fc.property(statuses, fc.integer({ min: 1, max: 2 }), (said, cut) => {
        const rows = said.map(([status, at], index) => saying(index + 1, status, at));
        const all = joinPeople(rows as [ImportedPerson, ...ImportedPerson[]]);
        const strictest = Math.max(...said.map(([status]) => subscriptionStatuses.indexOf(status)));
        expect(all.statuses[0]?.status).toBe(subscriptionStatuses[strictest]);
        const backwards = joinPeople([...rows].reverse() as [ImportedPerson, ...ImportedPerson[]]);
        expect(backwards.statuses).toEqual(all.statuses);
        const inParts = joinPeople([
          joinPeople(rows.slice(0, cut) as [ImportedPerson, ...ImportedPerson[]]),
          joinPeople(rows.slice(cut) as [ImportedPerson, ...ImportedPerson[]]),
        ]);
        expect(inParts).toEqual(all);
      }),
    );
  });

  test('keeps each channel apart', () => {
    const joined = joinPeople([
      person(1, { statuses: [{ channel: 'sms', status: 'blacklisted', at: null, reason: null }] }),
      saying(2, 'subscribed'),
    ]);
    expect(joined.statuses.map(({ channel, status }) => [channel, status])).toEqual([
      ['sms', 'blacklisted'],
      ['email', 'subscribed'],
    ]);
  });

  test('has the later fact, and never an empty one; what differed is said with both rows', () => {
    const joined = joinPeople([
      person(4, { facts: { given_name: 'Мария', city: 'София' } }),
      person(9, { facts: { given_name: 'Мария', city: 'Пловдив' } }),
      person(11, { facts: { company: 'Пекарна' } }),
    ]);
    expect(joined.facts).toEqual({ given_name: 'Мария', city: 'Пловдив', company: 'Пекарна' });
    expect(joined.rows).toEqual([4, 9, 11]);
    expect(joined.problems).toEqual([
      { weight: 'warning', code: 'differs-from-earlier-row', row: 9, column: null, values: { field: 'city', earlier: 4 } },
    ]);
  });

  test('has no evidence put together from two consents', () => {
    const time = '2023-05-01T10:00:00.000Z';
    const whole = { optinTime: time, optinIp: '192.0.2.1' };
    for (const rows of [
      [person(1, { evidence: { confirmTime: time } }), person(2, { evidence: whole }), person(3)],
      [person(1), person(2, { evidence: whole }), person(3, { evidence: { confirmTime: time } })],
    ] as [ImportedPerson, ...ImportedPerson[]][]) {
      expect(joinPeople(rows).evidence).toEqual(whole);
    }
  });

  test('has every address once', () => {
    const email = readEmail('maria@example.bg');
    const capitals = readEmail('Maria@Example.bg');
    if ('problem' in email || 'problem' in capitals) throw new Error('a valid address was refused');
    const joined = joinPeople([
      person(1, { points: [{ kind: 'email', address: email }] }),
      person(2, { points: [{ kind: 'email', address: capitals }] }),
    ]);
    expect(joined.points).toEqual([{ kind: 'email', address: email }]);
  });
});
