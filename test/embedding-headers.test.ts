import { expect, test } from 'vitest';
import { useStaffApp } from './support/staff-app.ts';

const app = useStaffApp();
const SHOP = 'https://shop.example';

/** What every answer carries is tested in `mount.test.ts`; here stands what differs from route to route. */
const told = [
  'content-security-policy',
  'access-control-allow-origin',
  'access-control-allow-methods',
  'access-control-allow-headers',
  'access-control-allow-credentials',
  'access-control-max-age',
  'cross-origin-resource-policy',
  'cross-origin-opener-policy',
  'vary',
  'cache-control',
  'referrer-policy',
  'x-robots-tag',
  'x-content-type-options',
  'set-cookie',
  'content-type',
];

test('the headers of every address other sites may use, to a named site, to a stranger and to ourselves', async () => {
  const cookie = await app.signIn('owner');
  const { data } = (await (await app.request('GET', '/api/v1/forms', { cookie })).json()) as { data: { id: string }[] };
  const put = await app.request('PUT', `/api/v1/forms/${data[0]?.id}/sites`, { cookie, json: { sites: [SHOP] } });
  expect(put.status).toBe(200);

  const lines: string[] = [];
  const askers = {
    'a named site': { origin: SHOP, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' },
    'a stranger': { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' },
    'nobody in particular': { 'sec-fetch-site': '' },
  };
  for (const [method, path] of [
    ['GET', '/f/newsletter'],
    ['POST', '/f/newsletter'],
    ['OPTIONS', '/f/newsletter'],
    ['GET', '/f/newsletter/check-mail'],
    ['GET', '/f/newsletter/embed'],
    ['POST', '/f/newsletter/embed'],
    ['OPTIONS', '/f/newsletter/embed'],
    ['GET', '/f/newsletter/embed/check-mail'],
    ['GET', '/f/newsletter/embed.js'],
    ['OPTIONS', '/f/newsletter/embed.js'],
    ['GET', '/f/nothing/embed'],
    ['POST', '/f/nothing'],
  ] as const) {
    for (const [who, headers] of Object.entries(askers)) {
      const answer = await app.request(method, path, {
        ...(method === 'POST' ? { body: new URLSearchParams({ email: 'x' }) } : {}),
        headers: {
          accept: 'text/html',
          ...(method === 'OPTIONS' ? { 'access-control-request-method': 'POST' } : {}),
          ...headers,
        },
      });
      lines.push(`${method} ${path} asked by ${who}: ${answer.status}`);
      for (const name of told) {
        const value = answer.headers.get(name)?.replace(/'nonce-[\w-]+'/, "'nonce-…'");
        if (value) lines.push(`    ${name}: ${value}`);
      }
    }
  }
  expect(lines.join('\n')).toMatchSnapshot();
});
