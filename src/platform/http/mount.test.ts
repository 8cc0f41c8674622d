import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AppError } from '../app-error.ts';
import { type HttpProgram, mount } from './mount.ts';
import { htmlReply } from './reply.ts';
import { routing, type Wiring } from './route.ts';

interface Plain extends Wiring {
  services: null;
  db: null;
  tx: null;
  caller: string;
  endpointPolicy: 'anyone' | 'nobody';
  pagePolicy: 'public';
  language: 'en' | 'bg';
}

const { defineEndpoint, definePage } = routing<Plain>();

const secret = 'maria@example.bg';

const endpoints = [
  defineEndpoint({
    method: 'POST',
    path: '/things/:id',
    summary: 'A thing',
    policy: 'anyone',
    params: z.object({ id: z.string().regex(/^\d+$/) }),
    query: z.strictObject({ shade: z.enum(['light', 'dark']).optional() }),
    body: z.strictObject({ name: z.string().min(1).max(5), size: z.number().optional() }),
    reply: z.object({ name: z.string() }),
    status: 201,
    // One member more than declared: it must not leave.
    handle: async ({ body }) => ({ name: body.name, hidden: 'x' }) as { name: string },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/defect',
    summary: 'Breaks',
    policy: 'anyone',
    reply: z.object({}),
    handle: () => Promise.reject(new Error(secret)),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/locked',
    summary: 'Closed',
    policy: 'nobody',
    reply: z.object({}),
    handle: async () => ({}),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/away',
    summary: 'Without its database',
    policy: 'anyone',
    reply: z.object({}),
    handle: () => Promise.reject(Object.assign(new Error(secret), { code: '57P01' })),
  }),
];

const pages = [
  definePage({
    method: 'POST',
    path: '/form',
    policy: 'public',
    bodyLimit: 100,
    handle: async ({ readForm }) => htmlReply(JSON.stringify([...(await readForm())])),
  }),
  definePage({
    method: 'POST',
    path: '/shared',
    policy: 'public',
    bodyLimit: 100,
    sharedWith: async ({ origin }) => origin === 'https://friend.example',
    handle: async ({ readForm }) => htmlReply(JSON.stringify([...(await readForm())])),
  }),
  definePage({
    method: 'GET',
    path: '/refused',
    policy: 'public',
    handle: () => {
      throw new AppError('not-found', { status: 404 });
    },
  }),
];

const logged: string[] = [];
const program: HttpProgram<Plain> = {
  services: null,
  db: null,
  endpoints,
  pages,
  apiBase: '/api',
  publicUrl: 'https://crm.example',
  trustProxy: false,
  log: pino({ base: null }, { write: (line: string) => logged.push(line) }),
  inTransaction: (work) => work(null),
  negotiate: () => 'en',
  texts: () => ({
    problems: { 'not-found': { title: 'Not found', detail: 'Nothing here.' }, defect: { title: 'Broken', detail: 'Ours.' } },
    fields: {
      missing: 'Fill this in.',
      'too-long': 'At most {max} characters.',
      'wrong-type': 'Must be {expected}.',
      invalid: 'No.',
    },
  }),
  errorPage: (problem) => htmlReply(`<h1>${problem.title}</h1>`, { status: problem.status }),
  identify: async () => ({ caller: 'someone', callerKey: 'someone', byCookie: false }),
  may: (policy) => policy === 'anyone',
  takesForeignPosts: () => true,
  recall: async () => ({ kind: 'new', remember: async () => {} }),
  onAnswered: () => {},
  observe: () => {},
};
const app = mount(program);

const post = (path: string, body: string, type = 'application/json') =>
  app.request(path, { method: 'POST', body, headers: { 'content-type': type } });

describe('the corridor of a request', () => {
  it('answers what was declared and nothing more', async () => {
    const answer = await post('/api/things/1', '{"name":"Ana"}');
    expect(answer.status).toBe(201);
    expect(await answer.json()).toEqual({ name: 'Ana' });
  });

  it.each([
    ['a field missing', '{}', 'application/json', 422, 'invalid-fields'],
    ['a field of the wrong type', '{"name":1}', 'application/json', 422, 'invalid-fields'],
    ['a field too long', '{"name":"Aleksandra"}', 'application/json', 422, 'invalid-fields'],
    ['a field nobody declared', '{"name":"Ana","x":1}', 'application/json', 422, 'invalid-fields'],
    ['half a document', '{"name":', 'application/json', 400, 'body-unreadable'],
    ['a text with NUL', '{"name":"a\\u0000"}', 'application/json', 400, 'body-unreadable'],
    ['half a surrogate pair', '{"name":"\\ud800"}', 'application/json', 400, 'body-unreadable'],
    ['a prototype', '{"name":"Ana","__proto__":{"x":1}}', 'application/json', 400, 'body-unreadable'],
    ['another type', 'name=Ana', 'application/x-www-form-urlencoded', 415, 'type-not-supported'],
    ['plain text, which a foreign form can send', '{"name":"Ana"}', 'text/plain', 415, 'type-not-supported'],
  ])('refuses %s with problem details', async (_what, body, type, status, code) => {
    const answer = await post('/api/things/1', body, type);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await answer.json()).toMatchObject({ status, code, requestId: answer.headers.get('x-request-id') });
  });

  it('says which field and why, in words, and repeats nothing that was typed', async () => {
    const answer = await post('/api/things/1', '{"name":"Aleksandra"}');
    const text = await answer.text();
    expect(JSON.parse(text).errors).toEqual([{ field: 'name', code: 'too-long', message: 'At most 5 characters.' }]);
    expect(text).not.toContain('Aleksandra');
  });

  it.each(['/api/things/1?shade=blue', '/api/things/1?shade=dark&shade=light', '/api/things/1?wat=1'])(
    'refuses the query of %s with 400',
    async (path) => {
      expect((await post(path, '{"name":"Ana"}')).status).toBe(400);
    },
  );

  it('finds nothing behind a parameter that cannot be right', async () => {
    expect((await post('/api/things/x', '{"name":"Ana"}')).status).toBe(404);
  });

  it('hides what a defect was and logs that there was one', async () => {
    logged.length = 0;
    const answer = await app.request('/api/defect');
    const text = await answer.text();
    expect(answer.status).toBe(500);
    expect(JSON.parse(text)).toMatchObject({ code: 'defect', requestId: expect.any(String) });
    expect(text).not.toContain(secret);
    expect(logged.join('')).toContain('request failed');
  });

  it('says 503 and when to come back while the database is away', async () => {
    const answer = await app.request('/api/away');
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('2');
  });

  it('logs the pattern of the route and never the address', async () => {
    logged.length = 0;
    await post('/api/things/123456?shade=dark', '{"name":"Ana"}');
    expect(JSON.parse(logged[0] ?? '')).toMatchObject({ route: '/api/things/:id', method: 'POST', status: 201 });
    expect(logged.join('')).not.toMatch(/123456|shade/);
  });

  it('refuses what a policy does not allow', async () => {
    expect((await app.request('/api/locked')).status).toBe(403);
  });

  it('tells the methods an address takes', async () => {
    const answer = await app.request('/form', { method: 'PUT' });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
    expect((await app.request('/api/defect', { method: 'OPTIONS' })).headers.get('allow')).toBe('GET, HEAD, OPTIONS');
  });

  it('shows people a page and programs a document', async () => {
    expect(await (await app.request('/refused', { headers: { accept: 'text/html' } })).text()).toBe('<h1>Not found</h1>');
    expect((await app.request('/refused')).headers.get('content-type')).toContain('application/problem+json');
  });

  it('every answer carries the headers that protect its reader, errors too', async () => {
    for (const path of ['/form', '/api/defect', '/api/locked', '/nowhere', '/refused']) {
      const { headers } = await app.request(path, { headers: { accept: 'text/html' } });
      expect(headers.get('content-security-policy'), path).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
      expect(headers.get('x-content-type-options'), path).toBe('nosniff');
      expect(headers.get('referrer-policy'), path).toBe('no-referrer');
      expect(headers.get('cross-origin-opener-policy'), path).toBe('same-origin');
      expect(headers.get('cache-control'), path).toBe('no-store');
      expect(headers.get('strict-transport-security'), path).toMatch(/max-age/);
      expect(headers.get('x-request-id'), path).toMatch(/^[0-9a-f-]{36}$/);
    }
  });
});

describe('what is shared with another site', () => {
  const from = (origin: string, more: Record<string, string> = {}, body = 'a=1') =>
    app.request('/shared', {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        origin,
        'sec-fetch-site': 'cross-site',
        'sec-fetch-mode': 'cors',
        ...more,
      },
    });
  const allowed = (answer: Response) => answer.headers.get('access-control-allow-origin');

  it('is readable to its scripts, refusals too, and never with cookies', async () => {
    const good = await from('https://friend.example');
    expect([good.status, allowed(good), good.headers.get('vary')]).toEqual([200, 'https://friend.example', 'Origin']);
    const large = await from('https://friend.example', {}, 'a'.repeat(200));
    expect([large.status, allowed(large)]).toEqual([413, 'https://friend.example']);
    expect(good.headers.get('access-control-allow-credentials')).toBeNull();
  });

  it.each([
    'https://evil.example',
    'null',
    'https://friend.example, https://evil.example',
    'https://friend.example.evil.example',
  ])('is refused to scripts of %s before the body is read', async (origin) => {
    const answer = await from(origin, {}, 'a'.repeat(200));
    expect([answer.status, allowed(answer), answer.headers.get('vary')]).toEqual([403, null, 'Origin']);
  });

  it('is open to people, who navigate, and to our own pages, whatever they call themselves', async () => {
    for (const [origin, more] of [
      ['https://evil.example', { 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'cross-site' }],
      ['null', { 'sec-fetch-site': 'same-origin' }],
      ['https://crm.example', { 'sec-fetch-site': 'same-origin' }],
    ] as const) {
      const answer = await from(origin, more);
      expect([answer.status, allowed(answer)], origin).toEqual([200, null]);
    }
    // No browser: it names a mode and no site.
    const program = { origin: 'https://evil.example', 'sec-fetch-mode': 'cors', accept: '*/*' };
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await app.request('/shared', { method: 'POST', body: 'a=1', headers: { ...type, ...program } });
    expect([answer.status, allowed(answer)]).toEqual([200, null]);
  });

  it('is announced to a preflight of the friend alone', async () => {
    const ask = (origin: string, path = '/shared') =>
      app.request(path, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });
    const good = await ask('https://friend.example');
    expect([good.status, allowed(good), good.headers.get('allow')]).toEqual([204, 'https://friend.example', 'POST, OPTIONS']);
    expect(allowed(await ask('https://evil.example'))).toBeNull();
    expect(allowed(await ask('https://friend.example', '/form'))).toBeNull();
  });
});

describe('forms', () => {
  it.each([
    ['urlencoded', 'application/x-www-form-urlencoded', 'a=1&b=%D1%8F&b=2'],
    ['JSON', 'application/json', '{"a":1,"b":["я","2"]}'],
  ])('reads %s', async (_what, type, body) => {
    expect(await (await post('/form', body, type)).text()).toBe('[["a","1"],["b","я"],["b","2"]]');
  });

  it('reads multipart', async () => {
    const body = '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n';
    expect(await (await post('/form', body, 'multipart/form-data; boundary=x')).text()).toBe('[["a","1"]]');
  });

  it('shows what no database can keep as the sign for it, so that its field can be refused and the rest kept', async () => {
    expect(await (await post('/form', 'a=x%00y', 'application/x-www-form-urlencoded')).text()).toBe('[["a","x\uFFFDy"]]');
    expect(await (await post('/form', '{"a":"\\u0000\\ud800"}', 'application/json')).text()).toBe('[["a","\uFFFD\uFFFD"]]');
  });

  it.each([
    ['damaged multipart', 'multipart/form-data; boundary=x', 'nothing', 400],
    ['another type', 'text/plain', 'a=1', 415],
    ['a body over the limit', 'application/x-www-form-urlencoded', `a=${'x'.repeat(200)}`, 413],
  ])('refuses %s', async (_what, type, body, status) => {
    expect((await post('/form', body, type)).status).toBe(status);
  });
});

describe('over a real socket', () => {
  let server: Server;
  let port = 0;
  beforeAll(async () => {
    server = createServer(getRequestListener(app.fetch));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it.each([
    '//form',
    '/form//',
    '/a/../form',
    '/./form',
    '/%2e%2e/form',
    '/form%2f',
    '/%5cform',
    '/form%00',
    '/form%0a',
    '/%zz',
    '/%ff',
    '/api//defect',
  ])('refuses the path %s as it was sent', async (path) => {
    expect(await statusOf(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)).toBe(400);
  });

  it('counts a chunked body as it arrives and stops reading', async () => {
    const chunk = `64\r\n${'x'.repeat(100)}\r\n`;
    const head =
      'POST /form HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n';
    expect(await statusOf(head + chunk.repeat(50))).toBe(413);
  });

  function statusOf(request: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(request));
      socket.once('data', (data) => {
        socket.destroy();
        resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(data.toString())?.[1]));
      });
      socket.once('error', reject);
    });
  }
});
