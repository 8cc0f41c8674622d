import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { readConfig } from '#platform/config.ts';
import { keysFrom } from '#platform/crypto/keys.ts';
import { connect, inTransaction } from '#platform/database/connect.ts';
import { mount } from '#platform/http/mount.ts';
import { negotiateLanguage } from '#platform/http/negotiate-language.ts';
import { createLog } from '#platform/log.ts';
import type { Endpoint, Saglasie } from '#src/define-route.ts';
import { findDelivery } from '#src/delivery/find-delivery.ts';
import { type RenderedMessage, renderMessage } from '#src/delivery/render-message.ts';
import { errorPage } from '#src/error-page.ts';
import { ensureStarterForm } from '#src/forms/ensure-starter-form.ts';
import { createFormToken } from '#src/forms/form-token.ts';
import { findPublishedVersion } from '#src/forms/published-form.ts';
import { formPages } from '#src/forms/routes.ts';
import { problems as bg } from '#src/languages/bg/problems.ts';
import { problems as en } from '#src/languages/en/problems.ts';
import { languages } from '#src/languages/languages.ts';
import { preferencePages } from '#src/preferences/routes.ts';
import { ensureStarterPurposes } from '#src/purposes/ensure-starter-purposes.ts';
import { receiptPages } from '#src/receipts/routes.ts';
import { saveController } from '#src/register/controller.ts';
import type { Services } from '#src/services.ts';
import type { Caller } from '#src/staff/caller.ts';
import type { TestDatabase } from './database.ts';
import { ownerPool } from './owner-pool.ts';

export type Fields = Record<string, string | readonly string[]>;

/** The pages of a company that has just been set up, over HTTP and without a port. */
export interface PublicSite {
  readonly services: Services;
  readonly pool: pg.Pool;
  /** Queries as the owner of the schema, who sees everything. */
  readonly owner: pg.Pool;
  /** The clock the pages see; forms look at it, legal facts at the database's. */
  setClock(at: Date): void;
  request(
    method: string,
    path: string,
    options?: {
      fields?: Fields;
      body?: string | FormData | Uint8Array<ArrayBuffer>;
      headers?: Record<string, string>;
      ip?: string;
    },
  ): Promise<Response>;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  post(path: string, fields: Fields, options?: { headers?: Record<string, string>; ip?: string }): Promise<Response>;
  readonly app: { fetch(request: Request, env?: object): Response | Promise<Response> };
  close(): Promise<void>;
}

export async function openPublicSite(
  database: TestDatabase,
  options: { config?: Partial<Services['config']>; caller?: Caller; endpoints?: readonly Endpoint[]; log?: Services['log'] } = {},
): Promise<PublicSite> {
  const connection = connect(database.appUrl, { max: 20 });
  const owner = ownerPool(database.ownerUrl);
  // The database is dropped while the server may still be saying goodbye to these.
  owner.on('connect', (client) => client.on('error', () => {}));
  const config = { ...readConfig({ SAGLASIE_URL: 'https://crm.example.bg' }), trustProxy: true, ...options.config };
  let clock: Date | undefined;
  const services: Services = {
    config,
    db: connection.db,
    keys: keysFrom(randomBytes(32)),
    log: createLog({ logLevel: 'silent' }),
    now: () => clock ?? new Date(),
  };
  await inTransaction(services.db, async (tx) => {
    await saveController(tx, {
      name: 'Пример ЕООД',
      registrationNumber: '200000000',
      address: 'София 1000, ул. „Първа“ 1',
      email: 'office@example.bg',
      phone: null,
      dpoName: 'Мария Петрова',
      dpoEmail: 'dpo@example.bg',
      country: 'BG',
      timeZone: 'Europe/Sofia',
      defaultLanguage: 'bg',
    });
    await ensureStarterPurposes(tx);
    await ensureStarterForm(tx);
  });

  const app = mount<Saglasie>({
    services,
    endpoints: options.endpoints ?? [],
    pages: [...formPages, ...preferencePages, ...receiptPages],
    apiBase: '/api/v1',
    publicUrl: config.publicUrl,
    trustProxy: true,
    log: options.log ?? services.log,
    db: services.db,
    inTransaction: (work) => inTransaction(services.db, work),
    negotiate: (header) => negotiateLanguage(header, languages, 'bg'),
    texts: (language) => ({ bg, en })[language],
    errorPage,
    identify: async () => (options.caller ? { caller: options.caller, callerKey: 'test', byCookie: false } : undefined),
    may: () => true,
    takesForeignPosts: (policy) => policy === 'public',
    onAnswered: () => {},
    observe: () => {},
    recall: async () => ({ kind: 'new', remember: async () => {} }),
  });

  const site: PublicSite = {
    services,
    pool: connection.pool,
    owner,
    app,
    setClock(at) {
      clock = at;
    },
    request: async (method, path, { fields, body, headers = {}, ip = '203.0.113.7' } = {}) =>
      app.request(`https://crm.example.bg${path}`, {
        method,
        headers: {
          'x-forwarded-for': ip,
          accept: 'text/html',
          ...(fields ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
          ...headers,
        },
        ...(fields ? { body: encode(fields) } : body ? { body } : {}),
      }),
    get: (path, headers = {}) => site.request('GET', path, { headers }),
    post: (path, fields, more = {}) => site.request('POST', path, { fields, ...more }),
    async close() {
      await owner.end();
      await connection.close();
    },
  };
  return site;
}

function encode(fields: Fields): string {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) for (const one of [value].flat()) body.append(name, one);
  return body.toString();
}

/** The signed token in a form page. */
export function formTokenOf(page: string): string {
  const token = /name="_form" value="([^"]+)"/.exec(page)?.[1];
  if (!token) throw new Error('this page has no form');
  return token;
}

/** Sends the newsletter form as somebody would who opened it five seconds ago. */
export async function subscribe(site: PublicSite, email: string, fields: Fields = {}, ip?: string): Promise<Response> {
  const form = await findPublishedVersion(site.services.db, 'newsletter');
  if (typeof form === 'string') throw new Error(`the form is ${form}`);
  const shownAt = new Date(site.services.now().getTime() - 5000);
  const token = createFormToken(site.services.keys, { versionId: form.version.id, language: 'bg', shownAt });
  return site.post('/f/newsletter?lang=bg', { _form: token, email, consent: 'newsletter:email', ...fields }, ip ? { ip } : {});
}

/** The newest message to an address as it would leave now; its links without the host. */
export async function newestMessage(
  site: PublicSite,
  email: string,
): Promise<RenderedMessage & { readonly template: string; readonly status: string }> {
  const { rows } = await site.owner.query<{ id: string }>(
    `select d.id from delivery d join contact_point p on p.id = d.contact_point_id where p.match_key = $1 order by d.created_at desc, d.id desc limit 1`,
    [email],
  );
  const delivery = rows[0] && (await findDelivery(site.services.db, rows[0].id));
  const message = delivery && (await renderMessage(site.services, site.services.db, delivery));
  if (!delivery || !message) throw new Error('there is no message to this address');
  const links = Object.fromEntries(Object.entries(message.links).map(([name, url]) => [name, new URL(url).pathname]));
  return { ...message, links, template: delivery.template, status: delivery.status };
}

/** Subscribes and confirms; answers the links of the message that says so. */
export async function subscribeAndConfirm(
  site: PublicSite,
  email: string,
  fields: Fields = {},
  ip?: string,
): Promise<Readonly<Record<string, string>>> {
  await subscribe(site, email, fields, ip);
  const asked = await newestMessage(site, email);
  await site.post(`${asked.links.confirm}?lang=bg`, { answer: 'confirm' });
  return (await newestMessage(site, email)).links;
}

/** What the gate says about the newsletter to this address; undefined when nobody has it. */
export async function newsletterTo(site: PublicSite, email: string): Promise<{ allowed: boolean; reason: string } | undefined> {
  const { rows } = await site.owner.query<{ allowed: boolean; reason: string }>(
    `select g.allowed, g.reason from contact_point c, purpose p, may_process(c.contact_id, p.id, 'email') g
      where c.match_key = $1 and p.slug = 'newsletter'`,
    [email],
  );
  return rows[0];
}
