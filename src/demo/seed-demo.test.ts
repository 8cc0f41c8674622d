import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyLedger } from '#src/ledger/verify-ledger.ts';
import { useDatabase } from '#test/support/database.ts';
import { openPublicSite, type PublicSite } from '#test/support/public-site.ts';
import { demoPeople, isDemoAddress } from './demo-people.ts';
import { purgeDemo } from './purge-demo.ts';
import { seedDemo } from './seed-demo.ts';

const database = useDatabase();
let site: PublicSite;
beforeAll(async () => {
  site = await openPublicSite(database, { config: { smtpUrl: 'smtp://127.0.0.1:1' } });
});
afterAll(() => site.close());

const column = async (query: string) => (await site.owner.query<{ value: string }>(query)).rows.map((row) => row.value);

test('no address of the demo can belong to anyone, and no two are alike', () => {
  const addresses = demoPeople(300).map((person) => person.email);
  expect(new Set(addresses).size).toBe(300);
  expect(addresses.filter((address) => !isDemoAddress(address))).toEqual([]);
});

test('the demo shows every state and every answer of the gate a small firm meets, and its ledger verifies', async () => {
  const seeding = await seedDemo(site.services);
  expect(seeding).toMatchObject({ outcome: 'seeded' });

  expect(await column('select distinct state as value from contact order by 1')).toEqual([
    'active',
    'quarantined',
    'unconfirmed',
  ]);
  const kinds = await column('select distinct kind as value from ledger_entry');
  expect(kinds).toEqual(
    expect.arrayContaining([
      'consent-requested',
      'consent-given',
      'consent-renewed',
      'consent-refused',
      'consent-withdrawn',
      'consent-expired',
      'objected',
      'restricted',
      'restriction-lifted',
      'basis-asserted',
      'basis-ended',
    ]),
  );
  const reasons = await column(
    `select distinct (may_process(c.id, p.id, ch.channel)).reason as value from contact c, purpose p, unnest(p.channels) ch(channel)`,
  );
  expect(reasons).toEqual(
    expect.arrayContaining([
      'consent-given',
      'consent-withdrawn',
      'consent-refused',
      'consent-expired',
      'consent-not-confirmed',
      'consent-never-asked',
      'objected',
      'restricted',
      'quarantined',
      'basis-asserted',
      'basis-ended',
      'basis-not-recorded',
    ]),
  );
  expect(await verifyLedger({ appUrl: database.appUrl, keys: site.services.keys, outsideNote: undefined })).toMatchObject({
    holds: true,
  });
});

test('nothing is sent to people of the demo although there is a mail server', async () => {
  expect(await column('select distinct status as value from delivery')).toEqual(['held']);
});

test('the demo is not added twice, and not to a workspace with other people in it', async () => {
  expect(await seedDemo(site.services)).toEqual({ outcome: 'seeded-before' });
});

test('purging the demo erases its people and nobody else', async () => {
  const [before] = await column('select count(*) as value from contact');
  await site.owner.query(`insert into contact (state, language, origin_id, primary_email)
    select 'active', 'bg', origin_id, 'maria@example.com' from contact where state = 'active' limit 1`);
  expect(await purgeDemo(site.services.db)).toBe(Number(before));
  expect(await column('select primary_email as value from contact')).toEqual(['maria@example.com']);
  expect(await seedDemo(site.services)).toEqual({ outcome: 'not-empty' });
  expect(await seedDemo(site.services, { force: true })).toMatchObject({ outcome: 'seeded' });
});
