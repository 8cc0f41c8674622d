import type { FieldError, Page } from './types.ts';

/** What went wrong with a request, in words the server chose for the reader, with the id support will ask for. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string | undefined;
  readonly requestId: string | undefined;
  readonly errors: FieldError[];
  /** The answer as it came: some problems carry more, such as the id of the contact that holds the address. */
  readonly body: Record<string, unknown>;

  constructor(status: number, body: Record<string, unknown>, requestId: string | undefined) {
    super(typeof body.title === 'string' ? body.title : `HTTP ${status}`);
    this.status = status;
    this.code = typeof body.code === 'string' ? body.code : `http-${status}`;
    this.detail = typeof body.detail === 'string' ? body.detail : undefined;
    this.requestId = typeof body.requestId === 'string' ? body.requestId : requestId;
    this.errors = Array.isArray(body.errors) ? (body.errors as FieldError[]) : [];
    this.body = body;
  }

  /** No answer came at all; whatever was sent may or may not have been done. */
  get isUnreachable(): boolean {
    return this.status === 0;
  }
}

type QueryValue = string | number | boolean | undefined | null;
interface RequestOptions {
  query?: Record<string, QueryValue>;
  body?: unknown;
  signal?: AbortSignal;
  isQuestion?: boolean;
}

let language = 'bg';

/** In which language the server should word its answers. */
export function speakLanguage(spoken: string): void {
  language = spoken;
}

export const get = <T>(path: string, options?: RequestOptions) => request<T>('GET', path, options);
export const post = <T>(path: string, body: unknown = {}) => request<T>('POST', path, { body });
/** A question too long for an address: it changes nothing, so it needs no key that would make it happen once. */
export const ask = <T>(path: string, body: unknown, signal?: AbortSignal) =>
  request<T>('POST', path, { body, signal, isQuestion: true });
export const put = <T>(path: string, body: unknown) => request<T>('PUT', path, { body });
export const patch = <T>(path: string, body: unknown) => request<T>('PATCH', path, { body });
export const remove = (path: string, body?: unknown) => request<void>('DELETE', path, { body });

/** A whole list, page after page: only for lists that stay short (purposes, staff, forms). */
export async function getAll<T>(path: string, signal?: AbortSignal): Promise<T[]> {
  const rows: T[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<T> | T[] = await get(path, { query: { limit: 100, cursor }, signal });
    if (Array.isArray(page)) return page;
    rows.push(...page.data);
    cursor = page.next;
  } while (cursor);

  return rows;
}

/** Fetches a file and hands it to the browser under the name the server gave it. */
export async function download(path: string, query: Record<string, QueryValue>): Promise<void> {
  await save(await send('GET', path, { query }));
}

/** The same where taking it changes something: it can be taken once. */
export async function take(path: string): Promise<void> {
  await save(await send('POST', path, { body: {}, isQuestion: true }));
}

async function save(response: Response): Promise<void> {
  const name = /filename\*?=(?:UTF-8'')?"?([^";]+)"?/i.exec(response.headers.get('content-disposition') ?? '')?.[1];
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = name ? decodeURIComponent(name) : 'export';
  link.click();
  URL.revokeObjectURL(url);
}

async function request<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
  const response = await send(method, path, options);
  const text = await response.text();

  return (text === '' ? undefined : JSON.parse(text)) as T;
}

async function send(method: string, path: string, options: RequestOptions): Promise<Response> {
  const body = options.body === undefined ? undefined : JSON.stringify(options.body);
  const headers: Record<string, string> = { accept: 'application/json', 'accept-language': language };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (method === 'POST' && path.startsWith('/api/') && !options.isQuestion)
    headers['idempotency-key'] = idempotencyKeyOf(path, body);

  let response: Response;
  try {
    response = await fetch(addressOf(path, options.query), { method, headers, body, signal: options.signal });
  } catch (failure) {
    if (failure instanceof DOMException && failure.name === 'AbortError') throw failure;
    throw new ApiProblem(0, { code: 'unreachable', title: 'unreachable' }, undefined);
  }
  unanswered.delete(`${path} ${body}`);
  if (!response.ok) throw await problemOf(response);

  return response;
}

function addressOf(path: string, query: Record<string, QueryValue> = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '');

  return given.length === 0 ? path : `${path}?${new URLSearchParams(given.map(([key, value]) => [key, String(value)]))}`;
}

async function problemOf(response: Response): Promise<ApiProblem> {
  const text = await response.text();
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined; // a proxy's own error page; the status says what there is to say
  }

  return new ApiProblem(
    response.status,
    typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {},
    response.headers.get('x-request-id') ?? undefined,
  );
}

// A POST whose answer never arrived is repeated under its first key, so that it is done once even if it was done.
const unanswered = new Map<string, string>();

function idempotencyKeyOf(path: string, body: string | undefined): string {
  const what = `${path} ${body}`;
  const key = unanswered.get(what) ?? randomKey();
  unanswered.set(what, key);

  return key;
}

// Not crypto.randomUUID: it is missing where the page is served over plain http in a local network.
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
