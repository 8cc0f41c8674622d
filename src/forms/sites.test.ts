import { expect, test } from 'vitest';
import { useStore } from '#test/support/factories.ts';
import { readOrigin, readReturnAddress } from './sites.ts';

const store = useStore();

const origins = [
  ['https://shop.example', 'https://shop.example'],
  [' https://Shop.Example/ ', 'https://shop.example'],
  ['https://shop.example:8443', 'https://shop.example:8443'],
  ['https://shop.example:443', 'https://shop.example'],
  ['https://магазин.бг', 'https://xn--80aairftm.xn--90ae'],
  ['http://localhost:8080', 'http://localhost:8080'],
  ['http://127.0.0.1:5173', 'http://127.0.0.1:5173'],
  ['http://[::1]:80', 'http://[::1]'],
] as const;

test.each(origins)('%j is the site %s, for the database too', async (typed, origin) => {
  expect(readOrigin(typed)).toBe(origin);
  expect(await store.owner(`select is_site_origin($1) as ok`, [origin])).toMatchObject({ rows: [{ ok: true }] });
});

const strangers = [
  'null',
  '*',
  '',
  'https://*.shop.example',
  'http://shop.example',
  'http://localhost.evil.example',
  'https://shop.example/page',
  'https://shop.example?x',
  'https://shop.example#x',
  'https://user@shop.example',
  'https://a.example https://b.example',
  'https://a.example,https://b.example',
  'https://a.example\r\nset-cookie: x',
  "https://a.example;script-src 'unsafe-inline'",
  'https://a.example\\evil',
  'javascript:alert(1)',
  'data:text/html,x',
  'ftp://shop.example',
  `https://${'a'.repeat(250)}.example`,
];

test.each(strangers)('%j is no site, for the database neither', async (typed) => {
  expect(readOrigin(typed)).toBeUndefined();
  expect(await store.owner(`select is_site_origin($1) as ok`, [typed])).toMatchObject({ rows: [{ ok: false }] });
});

test('people are sent back only to a page of a site, without a query', () => {
  const sites = ['https://shop.example'];
  expect(readReturnAddress('https://shop.example/thanks', sites)).toEqual({
    address: 'https://shop.example/thanks',
    origin: 'https://shop.example',
  });
  for (const typed of [
    'https://evil.example/thanks',
    'https://shop.example.evil.example/',
    'https://shop.example@evil.example/',
    'https://shop.example/thanks?email=x',
    'https://shop.example/#x',
    'http://shop.example/thanks',
    '//shop.example/thanks',
    'javascript:alert(1)',
  ]) {
    expect(readReturnAddress(typed, sites), typed).toBeUndefined();
  }
});

test('the database keeps no return address on another site, and none of a site that is gone', async () => {
  const form = (await store.owner(`insert into form (slug) values ('a-form') returning id`)).rows[0]?.id;
  await store.app(`insert into form_site (form_id, origin) values ($1, 'https://shop.example')`, [form]);
  const add = (address: string, origin = 'https://shop.example') =>
    store.app(`insert into form_return_address (form_id, address, origin) values ($1, $2, $3)`, [form, address, origin]);
  await add('https://shop.example/thanks');
  await expect(add('https://evil.example/')).rejects.toThrow(/check/);
  await expect(add('https://shop.example.evil.example/')).rejects.toThrow(/check/);
  await expect(add('https://shop.example/?a=b')).rejects.toThrow(/check/);
  await expect(add('https://evil.example/', 'https://evil.example')).rejects.toThrow(/foreign key/);
  await store.app(`delete from form_site where form_id = $1`, [form]);
  expect((await store.owner(`select * from form_return_address where form_id = $1`, [form])).rows).toEqual([]);
});
