import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { type Config, readConfig } from '#platform/config.ts';
import { keysFrom } from '#platform/crypto/keys.ts';
import { type Connection, connect, inTransaction } from '#platform/database/connect.ts';
import { type HttpProgram, mount } from '#platform/http/mount.ts';
import { createLog } from '#platform/log.ts';
import { createApiKey } from '#src/api-keys/create-api-key.ts';
import type { ApiScope } from '#src/api-keys/scopes.ts';
import { describeApp } from '#src/app.ts';
import type { Saglasie } from '#src/define-route.ts';
import { createMetrics } from '#src/operations/metrics.ts';
import { controllerDetails } from '#src/register/controller.ts';
import type { Services } from '#src/services.ts';
import { completeSetUp } from '#src/set-up/complete-set-up.ts';
import { recordInstance } from '#src/set-up/set-up-token.ts';
import { addStaffMember } from '#src/staff/add-staff-member.ts';
import type { Role } from '#src/staff/roles.ts';
import { type TestDatabase, useDatabase } from './database.ts';
import { ownerPool } from './owner-pool.ts';

export const ORIGIN = 'http://127.0.0.1:3000';
export const PASSWORD = 'correct horse battery staple';

interface Asked {
  readonly json?: unknown;
  readonly body?: string | URLSearchParams | FormData | ReadableStream;
  /** Added to the usual ones; an empty one leaves the usual one out. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookie?: string | undefined;
  readonly key?: string | undefined;
}

export interface StaffApp {
  readonly database: TestDatabase;
  readonly services: Services;
  readonly program: HttpProgram<Saglasie>;
  /** Queries as the owner of the schema, who sees everything. */
  readonly owner: pg.Pool;
  /** A request as the admin program sends it: from our own origin unless headers say otherwise. */
  request(method: string, path: string, asked?: Asked): Promise<Response>;
  /** A member of this role, signed in; answers the Cookie header. One member per role. */
  signIn(role: Role): Promise<string>;
  apiKey(scopes: readonly ApiScope[]): Promise<string>;
}

/** The whole program over HTTP, without a port, on a database of its own; set up unless told not to. */
export function useStaffApp(options: { setUp?: boolean; config?: Partial<Config> } = {}): StaffApp {
  const database = useDatabase();
  let opened:
    | (Pick<StaffApp, 'services' | 'program' | 'owner'> & { connection: Connection; app: ReturnType<typeof mount<Saglasie>> })
    | undefined;

  beforeAll(async () => {
    const connection = connect(database.appUrl, { max: 20 });
    const owner = ownerPool(database.ownerUrl);
    const services: Services = {
      config: { ...readConfig({}), ...options.config },
      db: connection.db,
      keys: keysFrom(randomBytes(32)),
      log: createLog({ logLevel: 'silent' }),
      now: () => new Date(),
    };
    await inTransaction(services.db, (tx) => recordInstance(tx, services.keys.fingerprint));
    if (options.setUp !== false) await setUp(services);
    const admin = { index: '<!doctype html><meta property="csp-nonce" nonce="__CSP_NONCE__">', files: new Map() };
    const program = describeApp({
      services,
      readiness: { stopping: false, worker: undefined },
      metrics: createMetrics(services.db),
      admin: () => admin,
    });
    opened = { connection, owner, services, program, app: mount(program) };
  });
  afterAll(async () => {
    await opened?.owner.end();
    await opened?.connection.close();
  });

  const is = () => {
    if (!opened) throw new Error('The app is there from the first hook on: use it in tests or later hooks.');
    return opened;
  };
  const staffApp: StaffApp = {
    database,
    get services() {
      return is().services;
    },
    get program() {
      return is().program;
    },
    get owner() {
      return is().owner;
    },
    async request(method, path, { json, body, headers = {}, cookie, key } = {}) {
      const sent = body ?? (json === undefined ? undefined : JSON.stringify(json));
      return is().app.request(`${ORIGIN}${path}`, {
        method,
        headers: present({
          host: new URL(ORIGIN).host,
          'sec-fetch-site': 'same-origin',
          'accept-language': 'en',
          'content-type': json === undefined ? '' : 'application/json',
          cookie: cookie ?? '',
          authorization: key ? `Bearer ${key}` : '',
          ...headers,
        }),
        ...(sent === undefined ? {} : { body: sent }),
        ...(sent instanceof ReadableStream ? { duplex: 'half' } : {}),
      } as RequestInit);
    },
    async signIn(role) {
      const email = `${role}@example.bg`;
      await inTransaction(is().services.db, (tx) =>
        addStaffMember(tx, { name: role, email, role, language: 'en', password: PASSWORD }),
      );
      const answer = await staffApp.request('POST', '/auth/sign-in/email', { json: { email, password: PASSWORD } });
      return cookieOf(answer);
    },
    async apiKey(scopes) {
      const made = await inTransaction(is().services.db, (tx) =>
        createApiKey(tx, { name: 'test', scopes, actor: { kind: 'system' } }),
      );
      return made.key;
    },
  };
  return staffApp;
}

/** The cookie an answer sets, as a browser sends it back. */
export function cookieOf(answer: Response): string {
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ');
}

function present(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''));
}

async function setUp({ db }: Services): Promise<void> {
  const controller = controllerDetails.parse({
    name: 'Пример ЕООД',
    address: 'София 1000, ул. „Първа“ 1',
    email: 'office@example.bg',
  });
  const owner = { name: 'First', email: 'first@example.bg', language: 'en' as const, password: PASSWORD };
  await inTransaction(db, (tx) => completeSetUp(tx, { how: 'unattended', controller, owner }));
}
