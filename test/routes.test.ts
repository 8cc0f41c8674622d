import { beforeAll, describe, expect, it } from 'vitest';
import { listRoutes } from '#platform/http/mount.ts';
import { apiScopes } from '#src/api-keys/scopes.ts';
import type { EndpointPolicy } from '#src/define-route.ts';
import { mayRole, type Role, roles } from '#src/staff/roles.ts';
import { digestOf } from './support/digest.ts';
import { useStaffApp } from './support/staff-app.ts';

const app = useStaffApp();

// A refused request may be counted and its session prolonged; nothing else may change.
const except = ['saglasie.staff_session', 'saglasie.staff_sign_in_attempt'];

/** An address of this route that leads to nothing: whoever is refused must not depend on whether it is there. */
function addressOf(path: string): string {
  const prefixes: Record<string, string> = {
    contacts: 'con',
    purposes: 'pur',
    ledger: 'led',
    staff: 'stf',
    'api-keys': 'key',
    forms: 'frm',
    'held-submissions': 'hld',
    deliveries: 'dlv',
  };
  const prefix = prefixes[path.split('/')[3] ?? ''] ?? 'con';

  return path
    .replace(':id', `${prefix}_${'0'.repeat(31)}1`)
    .replace(':slug', 'none')
    .replace(':version', '1');
}

function endpointsOf() {
  return listRoutes(app.program)
    .filter((route) => route.kind === 'endpoint')
    .map((route) => ({ ...route, policy: route.policy as EndpointPolicy, address: addressOf(route.path) }));
}

describe('routes', () => {
  const cookies = new Map<Role, string>();
  beforeAll(async () => {
    for (const role of roles) cookies.set(role, await app.signIn(role));
  });

  it('the list of routes and their policies is the one we know', () => {
    const lines = listRoutes(app.program).map((route) => {
      const policy = typeof route.policy === 'string' ? route.policy : Object.values(route.policy as object).join(' / ');
      return `${route.method.padEnd(6)} ${route.path.replace(/public-[0-9a-f]+/, 'public-HASH')}  ${policy}`;
    });
    expect(lines.sort().join('\n')).toMatchSnapshot();
  });

  it('no two routes are the same', () => {
    const names = listRoutes(app.program).map((route) => `${route.method} ${route.path}`);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  });

  it('every endpoint is refused to the signed-out, and nothing changes', async () => {
    const before = await digestOf(app.database.ownerUrl, { except });
    for (const { method, address } of endpointsOf()) {
      const answer = await app.request(method, address, method === 'GET' ? {} : { json: {} });
      expect(`${method} ${address} ${answer.status}`).toBe(`${method} ${address} 401`);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
    }
    expect(await digestOf(app.database.ownerUrl, { except })).toBe(before);
  });

  it('every endpoint is refused to every role without its right, and nothing changes', async () => {
    const before = await digestOf(app.database.ownerUrl, { except });
    let refused = 0;
    for (const { method, address, policy } of endpointsOf()) {
      for (const role of roles.filter((one) => !mayRole(one, policy.right))) {
        const answer = await app.request(method, address, {
          ...(method === 'GET' ? {} : { json: {} }),
          cookie: cookies.get(role),
        });
        expect(`${role} ${method} ${address} ${answer.status}`).toBe(`${role} ${method} ${address} 403`);
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(40);
    expect(await digestOf(app.database.ownerUrl, { except })).toBe(before);
  });

  it('every role with the right gets past the door: it is told what is wrong with the request, not that it may not', async () => {
    const before = await digestOf(app.database.ownerUrl, { except: [...except, 'saglasie.audit_entry'] });
    for (const { method, address, policy } of endpointsOf()) {
      for (const role of roles.filter((one) => mayRole(one, policy.right))) {
        const answer = await app.request(method, address, {
          ...(method === 'GET' ? {} : { json: { 'no such field': 1 } }),
          cookie: cookies.get(role),
        });
        expect([200, 404, 422], `${role} ${method} ${address} ${answer.status}`).toContain(answer.status);
        if (method !== 'GET') expect(answer.status, `${role} ${method} ${address}`).toBeGreaterThanOrEqual(400);
      }
    }
    expect(await digestOf(app.database.ownerUrl, { except: [...except, 'saglasie.audit_entry'] })).toBe(before);
  });

  it('every endpoint is refused to an API key without its scope, and to every key where none may', async () => {
    const before = await digestOf(app.database.ownerUrl, { except });
    const keys = new Map<string, string>();
    for (const left of [...apiScopes, 'none']) keys.set(left, await app.apiKey(apiScopes.filter((scope) => scope !== left)));
    const withKeys = await digestOf(app.database.ownerUrl, { except });
    expect(withKeys).not.toBe(before);
    for (const { method, address, policy } of endpointsOf()) {
      const answer = await app.request(method, address, {
        ...(method === 'GET' ? {} : { json: {} }),
        key: keys.get(policy.scope),
      });
      expect(`${method} ${address} ${answer.status}`).toBe(`${method} ${address} 403`);
    }
    expect(await digestOf(app.database.ownerUrl, { except })).toBe(withKeys);
  });

  it('everything that changes something is refused when another site sends it with the cookie', async () => {
    const before = await digestOf(app.database.ownerUrl, { except });
    const foreign: Record<string, string>[] = [
      { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
      { 'sec-fetch-site': 'same-site', origin: 'http://other.127.0.0.1' },
      { 'sec-fetch-site': '', origin: 'https://evil.example' },
      { 'sec-fetch-site': '', origin: 'null' },
      { 'sec-fetch-site': '' },
    ];
    for (const { method, address } of endpointsOf().filter((one) => one.method !== 'GET')) {
      for (const headers of foreign) {
        const answer = await app.request(method, address, { json: {}, cookie: cookies.get('owner'), headers });
        expect(`${method} ${address} ${answer.status}`).toBe(`${method} ${address} 403`);
      }
    }
    expect(await digestOf(app.database.ownerUrl, { except })).toBe(before);
  });
});
