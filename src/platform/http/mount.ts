import { randomUUID } from 'node:crypto';
import { type Context, Hono } from 'hono';
import type pino from 'pino';
import type { z } from 'zod';
import { AppError, notFound } from '../app-error.ts';
import { answerReply } from './answer.ts';
import { foreignOrigin, isByScript, preflightHeaders, sharingHeaders } from './cross-origin.ts';
import { explainIssues } from './explain-issues.ts';
import { asAppError, type Problem, type ProblemTexts, problemReply, toProblem } from './problem.ts';
import { isPlainText, readForm, readJson, readUpload } from './read-body.ts';
import { refuseOddPath } from './refuse-odd-path.ts';
import type { AnyEndpoint, Method, PageDefinition, Wiring } from './route.ts';
import { requireSameOrigin } from './same-origin.ts';
import { secureHeaders } from './security-headers.ts';

const ENDPOINT_BODY_LIMIT = 256 * 1024;
const PAGE_BODY_LIMIT = 64 * 1024;

/** Who sent a request, as the program recognised them. */
export interface Identified<W extends Wiring> {
  readonly caller: W['caller'];
  /** A name for the caller that is the same next time; keeps the idempotency keys of two callers apart. */
  readonly callerKey: string;
  readonly language?: W['language'] | undefined;
  /** Signed in by a cookie the browser sends by itself: what changes something must come from our own pages. */
  readonly byCookie: boolean;
  /** Headers the answer carries along, such as a renewed cookie. */
  readonly headers?: Headers;
}

/** An answer given before under the same idempotency key, or why this key cannot be used now. */
export type Recollection =
  | {
      readonly kind: 'new';
      remember(answer: { status: number; body: unknown; contactId: string | undefined; isSecret: boolean }): Promise<void>;
    }
  | { readonly kind: 'same'; readonly status: number; readonly body: unknown }
  | { readonly kind: 'shown-once' | 'other-request' | 'in-flight' };

/** Everything the corridor of a request needs from the program; all of it written out in `app.ts`. */
export interface HttpProgram<W extends Wiring> {
  readonly services: W['services'];
  readonly endpoints: readonly AnyEndpoint<W>[];
  readonly pages: readonly PageDefinition<W>[];
  readonly apiBase: string;
  readonly publicUrl: string;
  readonly trustProxy: boolean;
  readonly log: pino.Logger;
  readonly db: W['db'];
  inTransaction<T>(work: (tx: W['tx']) => Promise<T>): Promise<T>;
  negotiate(acceptLanguage: string | null): W['language'];
  texts(language: W['language']): ProblemTexts;
  errorPage(problem: Problem, language: W['language']): Response | Promise<Response>;
  /** Undefined when nobody signed in. @throws AppError 401 when a credential was given that is not good. */
  identify(headers: Headers): Promise<Identified<W> | undefined>;
  may(policy: W['endpointPolicy'], caller: W['caller']): boolean;
  takesForeignPosts(policy: W['pagePolicy']): boolean;
  recall(
    tx: W['tx'],
    request: { callerKey: string; method: string; route: string; key: string; content: string },
  ): Promise<Recollection>;
  /** After a caller was answered what they may have; must not throw. */
  onAnswered(caller: W['caller']): void;
  /** After every answer; must not throw. */
  observe(answer: { method: string; route: string; status: number; seconds: number }): void;
}

export interface RouteListing {
  readonly kind: 'endpoint' | 'page';
  readonly method: Method;
  readonly path: string;
  readonly policy: unknown;
}

type Variables = { Variables: { requestId: string; route: string; language: string; sharing: Record<string, string> } };
type Ctx = Context<Variables>;

/** Every route with its policy, as mounted. */
export function listRoutes<W extends Wiring>(program: Pick<HttpProgram<W>, 'endpoints' | 'pages' | 'apiBase'>): RouteListing[] {
  return [
    ...program.endpoints.map(({ method, path, policy }) => ({
      kind: 'endpoint' as const,
      method,
      path: program.apiBase + path,
      policy,
    })),
    ...program.pages.map(({ method, path, policy }) => ({ kind: 'page' as const, method, path, policy })),
  ];
}

/**
 * The corridor every request walks: its path is plain → who sent it → may they → is it ours (origin) → is it well formed →
 * one transaction around the handler → the answer has the declared shape. Nothing is written before a request was allowed,
 * and everything is rolled back when it fails, so a 4xx leaves the database as it was.
 */
export function mount<W extends Wiring>(program: HttpProgram<W>): Hono<Variables> {
  const app = new Hono<Variables>({ strict: true });
  const https = program.publicUrl.startsWith('https:');

  app.use('*', async (c, next) => {
    const started = performance.now();
    c.set('requestId', randomUUID());
    c.set('route', 'none');
    c.set('language', program.negotiate(c.req.header('accept-language') ?? null));
    c.set('sharing', {});
    await next();
    finish(c, started);
  });
  app.use('*', async (c, next) => {
    refuseOddPathOf(c);
    await next();
  });
  app.onError((error, c) => refusal(program, error, c));
  app.notFound(() => {
    throw notFound();
  });

  function finish(c: Ctx, started: number): void {
    try {
      c.res.headers.set('x-request-id', c.get('requestId'));
    } catch {
      // Answers made elsewhere (fetch, better-auth) have headers that cannot be changed. Only these are made anew: it turns
      // a body that is one string into a stream, at several times the price.
      c.res = new Response(c.res.body, { status: c.res.status, headers: new Headers(c.res.headers) });
      c.res.headers.set('x-request-id', c.get('requestId'));
    }
    secureHeaders(c.res.headers, https);
    // On refusals too: whoever may read the answer may read what was wrong.
    for (const [name, value] of Object.entries(c.get('sharing'))) c.res.headers.set(name, value);
    const ms = Math.round((performance.now() - started) * 10) / 10;
    const answer = { method: c.req.method, route: c.get('route'), status: c.res.status };
    program.log.info({ requestId: c.get('requestId'), ...answer, ms }, 'request');
    program.observe({ ...answer, seconds: ms / 1000 });
  }

  for (const endpoint of program.endpoints) {
    const route = program.apiBase + endpoint.path;
    app.on(endpoint.method, route, (c) => {
      c.set('route', route);
      return answerEndpoint(program, endpoint, route, c);
    });
  }
  for (const page of program.pages) {
    app.on(page.method, page.path, (c) => {
      c.set('route', page.path);
      return answerPage(program, page, c);
    });
  }
  for (const path of new Set(program.pages.filter((page) => page.sharedWith).map((page) => page.path))) {
    app.options(path, (c) => {
      c.set('route', path);
      return answerPreflight(program, path, c);
    });
  }
  refuseOtherMethods(app, listRoutes(program));

  return app;
}

async function answerEndpoint<W extends Wiring>(
  program: HttpProgram<W>,
  endpoint: AnyEndpoint<W>,
  route: string,
  c: Ctx,
): Promise<Response> {
  const identified = await program.identify(c.req.raw.headers);
  if (!identified) throw new AppError('signed-out', { status: 401, headers: { 'www-authenticate': 'Bearer' } });
  const language = identified.language ?? program.negotiate(c.req.header('accept-language') ?? null);
  c.set('language', language);
  if (!program.may(endpoint.policy, identified.caller)) throw new AppError('not-allowed', { status: 403 });
  if (identified.byCookie && endpoint.method !== 'GET') requireSameOrigin(c.req.raw, program.publicUrl);

  const params = parsed(endpoint.params, c.req.param(), 404);
  const query = parsed(endpoint.query, queryOf(c), 400);
  const received = await endpoint.receive?.({ services: program.services, query, request: c.req.raw });
  const json = received
    ? received.value
    : endpoint.method === 'GET'
      ? {}
      : await readJson(c.req.raw, endpoint.bodyLimit ?? ENDPOINT_BODY_LIMIT);
  const body = parsed(endpoint.body, json, 422);
  const content = JSON.stringify([params, received ? received.fingerprint : json]);
  let isTaken = false;

  const call = {
    services: program.services,
    caller: identified.caller,
    language,
    requestId: c.get('requestId'),
    params,
    query,
    body,
  };
  const answer = () =>
    program.inTransaction((tx) =>
      writeOnce(program, endpoint, route, identified, c, content, tx, () => {
        isTaken = true;
        return endpoint.handle({ ...call, tx });
      }),
    );
  const reply =
    endpoint.method === 'GET'
      ? answerReply(endpoint, await endpoint.handle({ ...call, db: program.db }))
      : await answer().catch(async (cause) => {
          await received?.discard();
          throw cause;
        });
  if (received && !isTaken) await received.discard();
  await endpoint.afterCommit?.({ services: program.services, db: program.db, params });
  identified.headers?.forEach((value, name) => {
    reply.headers.append(name, value);
  });
  program.onAnswered(identified.caller);

  return reply;
}

/** Runs the handler, unless this POST was already answered under the same Idempotency-Key: then answers the same again. */
async function writeOnce<W extends Wiring>(
  program: HttpProgram<W>,
  endpoint: AnyEndpoint<W>,
  route: string,
  identified: Identified<W>,
  c: Ctx,
  content: string,
  tx: W['tx'],
  handle: () => Promise<unknown>,
): Promise<Response> {
  const key = c.req.header('idempotency-key');
  // A file is not remembered; whoever asks for it again is answered anew.
  if (key === undefined || endpoint.method !== 'POST' || endpoint.reply === 'file') return answerReply(endpoint, await handle());
  if (!/^[\x20-\x7e]{1,255}$/.test(key)) throw new AppError('idempotency-key-invalid', { status: 400 });

  const { callerKey } = identified;
  const recollection = await program.recall(tx, { callerKey, method: endpoint.method, route, key, content });
  switch (recollection.kind) {
    case 'same':
      return new Response(recollection.body === null ? null : JSON.stringify(recollection.body), {
        status: recollection.status,
        headers: {
          'idempotent-replayed': 'true',
          ...(recollection.body === null ? {} : { 'content-type': 'application/json; charset=utf-8' }),
        },
      });
    case 'new': {
      const answer = await handle();
      const reply = answerReply(endpoint, answer);
      const contactId = endpoint.speaksOf?.(parsed(endpoint.params, c.req.param(), 404), answer);
      const body = reply.status === 204 ? null : await reply.clone().json();
      await recollection.remember({ status: reply.status, body, contactId, isSecret: endpoint.answersSecret ?? false });
      return reply;
    }
    case 'in-flight':
      throw new AppError('idempotency-key-in-flight', { status: 409, headers: { 'retry-after': '1' } });
    case 'other-request':
      throw new AppError('idempotency-key-reused', { status: 422 });
    case 'shown-once':
      throw new AppError('secret-shown-once', { status: 409 });
  }
}

async function answerPage<W extends Wiring>(program: HttpProgram<W>, page: PageDefinition<W>, c: Ctx): Promise<Response> {
  if (page.method === 'POST' && !program.takesForeignPosts(page.policy)) requireSameOrigin(c.req.raw, program.publicUrl);
  if (page.sharedWith) await share(program, page, page.sharedWith, c);

  return page.handle({
    services: program.services,
    db: program.db,
    params: c.req.param(),
    path: new URL(c.req.url).pathname,
    query: new URL(c.req.url).searchParams,
    language: program.negotiate(c.req.header('accept-language') ?? null),
    requestId: c.get('requestId'),
    ip: clientAddress(c, program.trustProxy),
    headers: c.req.raw.headers,
    method: page.method,
    readForm: () => readForm(c.req.raw, page.bodyLimit ?? PAGE_BODY_LIMIT),
    readUpload: () => readUpload(c.req.raw, page.bodyLimit ?? PAGE_BODY_LIMIT),
  });
}

/** Lets a site the page is shared with read the answer, and refuses the scripts of every other one. */
async function share<W extends Wiring>(
  program: HttpProgram<W>,
  page: PageDefinition<W>,
  sharedWith: NonNullable<PageDefinition<W>['sharedWith']>,
  c: Ctx,
): Promise<void> {
  c.set('sharing', { vary: 'Origin' });
  const { headers } = c.req.raw;
  const origin = foreignOrigin(headers, program.publicUrl);
  if (origin === undefined) return;
  if (await sharedWith({ db: program.db, params: c.req.param(), origin })) {
    c.set('sharing', { vary: 'Origin', ...sharingHeaders(origin) });
  } else if (page.method === 'POST' && isByScript(headers)) {
    throw new AppError('wrong-origin', { status: 403 });
  }
}

/** Says which methods a site's scripts may use here; to a site the address is not shared with, only which there are. */
async function answerPreflight<W extends Wiring>(program: HttpProgram<W>, path: string, c: Ctx): Promise<Response> {
  const pages = program.pages.filter((page) => page.path === path);
  const reply = new Response(null, {
    status: 204,
    headers: { allow: allowed(pages.map((page) => page.method)), vary: 'Origin' },
  });
  const origin = foreignOrigin(c.req.raw.headers, program.publicUrl);
  const asked = c.req.header('access-control-request-method');
  const page = pages.find((one) => one.method === asked);
  if (origin === undefined || !page?.sharedWith) return reply;
  if (!(await page.sharedWith({ db: program.db, params: c.req.param(), origin }))) return reply;
  for (const [name, value] of Object.entries(preflightHeaders(origin, [page.method]))) reply.headers.set(name, value);
  return reply;
}

/** The one translator of what was thrown: problem details for programs, a page for people, and nothing about defects. */
async function refusal<W extends Wiring>(program: HttpProgram<W>, thrown: unknown, c: Ctx): Promise<Response> {
  const requestId = c.get('requestId');
  const language = c.get('language') as W['language'];
  const known = asAppError(thrown);
  if (!known || known.status === 503)
    program.log.error({ requestId, route: c.get('route'), err: known?.cause ?? thrown }, 'request failed');
  const problem = known
    ? toProblem(known, program.texts(language), requestId)
    : { ...toProblem(new AppError('defect', { status: 503 }), program.texts(language), requestId), status: 500 };

  const wantsPage = !c.req.path.startsWith(program.apiBase) && (c.req.header('accept') ?? '').includes('text/html');
  if (!wantsPage) return problemReply(problem, known?.headers ?? {});
  const page = await program.errorPage(problem, language);
  for (const [name, value] of Object.entries(known?.headers ?? {})) page.headers.set(name, value);

  return page;
}

function refuseOtherMethods(app: Hono<Variables>, routes: readonly RouteListing[]): void {
  for (const path of new Set(routes.map((route) => route.path))) {
    const methods = routes.filter((route) => route.path === path).map((route) => route.method);
    const allow = allowed(methods);
    app.all(path, (c) => {
      c.set('route', path);
      if (c.req.method === 'OPTIONS') return new Response(null, { status: 204, headers: { allow } });
      throw new AppError('method-not-allowed', { status: 405, headers: { allow } });
    });
  }
}

function allowed(methods: readonly Method[]): string {
  return [...new Set([...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'])].join(', ');
}

function parsed(schema: z.ZodType | undefined, given: unknown, status: 400 | 404 | 422): unknown {
  if (!schema) return {};
  // A path whose parameter cannot be right leads nowhere.
  const result = schema.safeParse(given, { reportInput: true });
  if (result.success) return result.data;
  if (status === 404) throw notFound();
  throw new AppError(status === 400 ? 'invalid-query' : 'invalid-fields', { status, fields: explainIssues(result.error.issues) });
}

function queryOf(c: Ctx): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [name, value] of new URL(c.req.url).searchParams) {
    if (Object.hasOwn(fields, name))
      throw new AppError('invalid-query', { status: 400, fields: [{ field: name, code: 'given-twice' }] });
    if (!isPlainText(name) || !isPlainText(value))
      throw new AppError('invalid-query', { status: 400, fields: [{ field: name, code: 'invalid' }] });
    fields[name] = value;
  }

  return fields;
}

function refuseOddPathOf(c: Ctx): void {
  // The URL object already resolved dots and backslashes; what the client really sent is on the socket.
  const sent = (c.env as { incoming?: { url?: string } } | undefined)?.incoming?.url;
  refuseOddPath(sent ?? new URL(c.req.raw.url).pathname);
}

function clientAddress(c: Ctx, trustProxy: boolean): string {
  const forwarded = trustProxy ? c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim() : undefined;
  const env = c.env as { incoming?: { socket?: { remoteAddress?: string } } } | undefined;

  return forwarded || env?.incoming?.socket?.remoteAddress || '0.0.0.0';
}
