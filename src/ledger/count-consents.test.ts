import { describe, expect, test } from 'vitest';
import { appendEntries } from '#src/ledger/append-entries.ts';
import type { EntryKind } from '#src/ledger/entry.ts';
import { aContact, aNewsletter, anAct, useStore } from '#test/support/factories.ts';
import { countConsents, periodsOf } from './count-consents.ts';

const store = useStore();

describe('countConsents', () => {
  test('counts what happened in the period by the company’s own days, however late it was recorded', async () => {
    const purpose = await store.write(async (tx) => {
      const newsletter = await aNewsletter(tx);
      const person = await aContact(tx);
      const act = await anAct(tx, person, newsletter);
      const at = (kind: EntryKind, occurredAt: string) => ({
        ...act,
        kind,
        occurredAt: new Date(occurredAt),
        ...(kind === 'consent-given' || kind === 'consent-renewed'
          ? { legalBasis: 'consent' as const, permissionGround: 'consent' as const }
          : {}),
      });
      await appendEntries(tx, [
        // 23:30 in UTC is the next day in Sofia.
        at('consent-given', '2024-03-09T23:30:00Z'),
        at('consent-withdrawn', '2024-03-10T10:00:00Z'),
        at('consent-given', '2024-03-11T10:00:00Z'),
        at('consent-renewed', '2024-03-11T11:00:00Z'),
        at('consent-refused', '2024-03-12T10:00:00Z'),
        at('consent-expired', '2024-03-12T21:59:00Z'),
        at('consent-given', '2024-03-12T22:30:00Z'),
        at('consent-requested', '2024-03-11T12:00:00Z'),
      ]);
      return newsletter;
    });
    const query = { from: '2024-03-10', to: '2024-03-12', unit: 'day' as const, timeZone: 'Europe/Sofia' };
    const trend = await countConsents(store.db, query);
    expect(trend.periods).toEqual([
      { start: '2024-03-10', given: 1, renewed: 0, refused: 0, withdrawn: 1, expired: 0 },
      { start: '2024-03-11', given: 1, renewed: 1, refused: 0, withdrawn: 0, expired: 0 },
      { start: '2024-03-12', given: 0, renewed: 0, refused: 1, withdrawn: 0, expired: 1 },
    ]);
    expect(trend.byPurpose).toEqual([
      { purposeId: purpose.id, channel: 'email', given: 2, renewed: 1, refused: 1, withdrawn: 1, expired: 1 },
    ]);
    const weeks = await countConsents(store.db, { ...query, unit: 'week' });
    expect(weeks.periods.map(({ start, given }) => [start, given])).toEqual([
      ['2024-03-04', 1],
      ['2024-03-11', 1],
    ]);
    expect((await countConsents(store.db, { ...query, channel: 'sms' })).byPurpose).toEqual([]);
    expect((await countConsents(store.db, { ...query, purposeId: purpose.id })).byPurpose).toHaveLength(1);
  });

  test('reads the period from the index alone', async () => {
    await store.owner('set enable_seqscan = off');
    const { rows } = await store.owner(`explain select count(*) from ledger_entry
      where kind in ('consent-given', 'consent-renewed', 'consent-refused', 'consent-withdrawn', 'consent-expired')
        and occurred_at >= '2024-03-10' and occurred_at < '2024-03-12'`);
    await store.owner('reset enable_seqscan');
    expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('Index Only Scan using ledger_entry_by_time_of_consent');
  });
});

describe('periodsOf', () => {
  test('weeks begin on Monday and months on the first, also over the end of a year', () => {
    expect(periodsOf('2025-12-30', '2026-01-06', 'week')).toEqual(['2025-12-29', '2026-01-05']);
    expect(periodsOf('2025-11-30', '2026-01-01', 'month')).toEqual(['2025-11-01', '2025-12-01', '2026-01-01']);
    expect(periodsOf('2026-02-28', '2026-03-01', 'day')).toEqual(['2026-02-28', '2026-03-01']);
  });
});
