import { expect, test } from 'vitest';
import { inTransaction } from '#platform/database/connect.ts';
import { appendEntries } from '#src/ledger/append-entries.ts';
import type { EntryKind } from '#src/ledger/entry.ts';
import { aContact, aNewsletter, anAct } from '#test/support/factories.ts';
import { useStaffApp } from '#test/support/staff-app.ts';

const app = useStaffApp();

const DAY = 86_400_000;

test('the first screen counts consents as the trend does: one given again is not one more, and an old one recorded late is not of these days', async () => {
  const owner = await app.signIn('owner');
  await inTransaction(app.services.db, async (tx) => {
    const act = await anAct(tx, await aContact(tx), await aNewsletter(tx));
    const at = (kind: EntryKind, daysAgo: number) => ({
      ...act,
      kind,
      occurredAt: new Date(Date.now() - daysAgo * DAY),
      ...(kind === 'consent-given' || kind === 'consent-renewed'
        ? { legalBasis: 'consent' as const, permissionGround: 'consent' as const }
        : {}),
    });
    await appendEntries(tx, [
      at('consent-withdrawn', 60),
      at('consent-given', 4),
      at('consent-renewed', 3),
      at('consent-refused', 2),
      at('consent-expired', 1),
    ]);
  });
  type Day = { given: number; refused: number; withdrawn: number; expired: number };
  const ask = async (path: string) => (await app.request('GET', `/api/v1/${path}`, { cookie: owner })).json();
  const home = (await ask('home')) as { consents: { given: number; withdrawn: number; trend: (Day & { day: string })[] } };
  const trend = (await ask('ledger/trend')) as { periods: (Day & { start: string })[] };

  expect(home.consents).toMatchObject({ given: 1, withdrawn: 0 });
  expect(home.consents.trend).toEqual(
    trend.periods.map(({ start, given, withdrawn, expired, refused }) => ({ day: start, given, withdrawn, expired, refused })),
  );
  expect(home.consents.trend.reduce((sum, { expired }) => sum + expired, 0)).toBe(1);
});
