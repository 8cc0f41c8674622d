import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useDatabase } from '#test/support/database.ts';
import { openPublicSite, type PublicSite, subscribe } from '#test/support/public-site.ts';
import { countAttempts, type Limit } from './count-attempts.ts';
import { evidencePrefix, floodNetwork } from './network-prefix.ts';

const database = useDatabase();
let site: PublicSite;
beforeAll(async () => {
  site = await openPublicSite(database);
});
afterAll(() => site.close());

const messagesTo = async (like: string) => {
  const { rows } = await site.owner.query<{ n: number }>(
    `select count(*)::int as n from delivery d join contact_point p on p.id = d.contact_point_id where p.match_key like $1`,
    [like],
  );
  return rows[0]?.n;
};
/** Forgets what was counted, as if nobody had been here. */
const forget = () => site.owner.query('delete from flood_counter');

describe('floods', () => {
  test('of one address get it one message in a quarter of an hour, three a day and five in thirty days, whoever sends and however it is spelled', async () => {
    const start = Date.now();
    let seen = 0;
    for (const minutes of [0, 1, 14, 17, 34, 51, 68, 1500, 1600, 1700, 3100, 3200]) {
      site.setClock(new Date(start + minutes * 60_000));
      const spelling = seen % 2 ? `vic.tim+${seen}@example.com` : `victim+${seen}@example.com`;
      const answer = await subscribe(site, spelling, {}, `198.51.100.${++seen}`);
      expect(answer.headers.get('location')).toBe('/f/newsletter/check-mail?lang=bg#main');
    }
    expect(await messagesTo('vic%@example.com')).toBe(5);
    await forget();
  });

  test('in one moment of one address, 200 of them, are one message', async () => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, at) => subscribe(site, 'target@example.com', {}, `198.51.${at}.1`)),
    );
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([303]));
    expect(await messagesTo('target@example.com')).toBe(1);
    await forget();
  });

  test('from one line stop after ten an hour with a page that says so, whatever addresses of its /64 are used', async () => {
    const answers: number[] = [];
    for (let at = 0; at < 15; at++) {
      const answer = await subscribe(site, `crowd${at}@example.com`, {}, `2001:db8:1:2:${at.toString(16)}::1`);
      answers.push(answer.status);
      if (answer.status === 429) expect(await answer.text()).toContain('Твърде много записвания');
    }
    expect(answers.filter((status) => status === 303)).toHaveLength(10);
    expect(answers.slice(10)).toEqual([429, 429, 429, 429, 429]);
    expect(await messagesTo('crowd%')).toBe(10);
    expect((await subscribe(site, 'other@example.com', {}, '2001:db8:1:3::1')).status).toBe(303);
    await forget();
  });

  test('of one form from everywhere stop after two hundred an hour', async () => {
    const statuses = await Promise.all(
      Array.from({ length: 230 }, async (_, at) => (await subscribe(site, `mass${at}@example.com`, {}, `10.${at}.0.1`)).status),
    );
    expect(statuses.filter((status) => status === 303)).toHaveLength(200);
    expect(await messagesTo('mass%')).toBe(200);
    await forget();
  });

  test('cannot be sent through a count that fails: then nobody is recorded, and whoever sends again is counted once', async () => {
    const breakTable = (table: string, key: string) =>
      site.owner.query(`create function saglasie.break() returns trigger language plpgsql as $$ begin
          raise exception 'broken' using errcode = '${key}'; end $$;
        create trigger broken before insert on ${table} for each statement execute function saglasie.break()`);
    const mend = () => site.owner.query('drop function saglasie.break cascade');
    const counted = async () =>
      (await site.owner.query<{ n: number }>('select coalesce(sum(used), 0)::int as n from flood_counter')).rows[0]?.n;

    await breakTable('flood_counter', '58000');
    expect((await subscribe(site, 'uncounted@example.com', {}, '203.0.113.77')).status).toBe(500);
    await mend();
    expect(await messagesTo('uncounted%')).toBe(0);

    await breakTable('submission', '58000');
    expect((await subscribe(site, 'uncounted@example.com', {}, '203.0.113.77')).status).toBe(500);
    await mend();
    expect([await messagesTo('uncounted%'), await counted()]).toEqual([0, 0]);

    expect((await subscribe(site, 'uncounted@example.com', {}, '203.0.113.77')).status).toBe(303);
    // Network, address and form.
    expect([await messagesTo('uncounted%'), await counted()]).toEqual([1, 3]);
    await forget();
  });

  test('are counted alike by many counters at once: never one too many', async () => {
    const limit: Limit = { bucket: randomBytes(16), allowances: [{ seconds: 600, max: 25 }] };
    const now = new Date();
    const verdicts = await Promise.all(
      Array.from({ length: 40 }, () => countAttempts(site.services.db, [[limit], [limit]], now)),
    );
    expect(verdicts.flat().filter((verdict) => verdict === undefined)).toHaveLength(25);
  });
});

test('networks are the address itself or its /64, and what is kept as evidence is a /24 or /48', () => {
  expect(floodNetwork('203.0.113.9')).toBe('203.0.113.9');
  expect(floodNetwork('::ffff:203.0.113.9')).toBe('203.0.113.9');
  expect(floodNetwork('2001:DB8::1')).toBe(floodNetwork('2001:db8:0:0:ffff::2'));
  expect(floodNetwork('2001:db8:0:1::1')).not.toBe(floodNetwork('2001:db8::1'));
  expect(evidencePrefix('203.0.113.9')).toBe('203.0.113.0/24');
  expect(evidencePrefix('2001:db8:1:2:3::4')).toBe('2001:db8:1::/48');
  expect(evidencePrefix('unknown')).toBeUndefined();
});
