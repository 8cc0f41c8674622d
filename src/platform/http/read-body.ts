import { AppError } from '../app-error.ts';
import type { Upload } from './route.ts';

/**
 * The whole body, counted as it arrives: a chunked body has no Content-Length to believe.
 *
 * @throws AppError 413 as soon as it is longer than `limit` bytes.
 */
export async function readBytes(request: Request, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = () => new AppError('body-too-large', { status: 413, members: { limit }, headers: { connection: 'close' } });
  if (Number(request.headers.get('content-length') ?? 0) > limit) throw tooLarge();
  if (!request.body) return new Uint8Array();

  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of request.body) {
    length += part.byteLength;
    if (length > limit) throw tooLarge();
    parts.push(part);
  }

  return new Uint8Array(Buffer.concat(parts, length));
}

/**
 * A JSON body. An absent body reads as `{}`, so that verbs without arguments need none.
 *
 * @throws AppError 415 for another type, 413 beyond the limit, 400 when it is not JSON in UTF-8 or holds text no database
 *   can keep (NUL, half a character).
 */
export async function readJson(request: Request, limit: number): Promise<unknown> {
  const type = mediaType(request.headers);
  const bytes = await readBytes(request, limit);
  if (bytes.length === 0 && (type === '' || type === 'application/json')) return {};
  if (type !== 'application/json')
    throw new AppError('type-not-supported', { status: 415, members: { accepted: 'application/json' } });

  return parseJson(bytes);
}

/**
 * The fields of a form in any of the three types browsers and programs send; see PageCall.readForm. What no database can
 * keep (NUL, half a character) becomes U+FFFD, as browsers show it: the field it stands in is refused by name, and nothing
 * else the person typed is lost.
 */
export async function readForm(request: Request, limit: number): Promise<URLSearchParams> {
  const type = mediaType(request.headers);
  const bytes = await readBytes(request, limit);
  if (bytes.length === 0) return new URLSearchParams();
  const fields = new URLSearchParams();
  for (const [name, value] of await fieldsOf(type, request.headers.get('content-type') ?? '', bytes)) {
    fields.append(withoutNul(name), withoutNul(value));
  }

  return fields;
}

/** The fields of a form and its files; see PageCall.readUpload. A file input left empty is no file. */
export async function readUpload(request: Request, limit: number): Promise<Upload> {
  if (mediaType(request.headers) !== 'multipart/form-data') return { fields: await readForm(request, limit), files: new Map() };
  const form = await formData(request.headers.get('content-type') ?? '', await readBytes(request, limit));
  const fields = new URLSearchParams();
  const files = new Map<string, Uint8Array>();
  for (const [name, value] of form) {
    if (typeof value === 'string') fields.append(withoutNul(name), withoutNul(value));
    else if (value.size > 0) files.set(withoutNul(name), new Uint8Array(await value.arrayBuffer()));
  }
  return { fields, files };
}

function withoutNul(text: string): string {
  return text.replaceAll('\0', '\uFFFD').toWellFormed();
}

async function fieldsOf(type: string, contentType: string, bytes: Uint8Array<ArrayBuffer>): Promise<URLSearchParams> {
  if (type === 'application/x-www-form-urlencoded') return new URLSearchParams(utf8(bytes));
  if (type === 'multipart/form-data') return multipart(contentType, bytes);
  if (type === 'application/json') return flattened(parseJson(bytes, { anyText: true }));
  throw new AppError('type-not-supported', {
    status: 415,
    members: { accepted: 'application/x-www-form-urlencoded, multipart/form-data, application/json' },
  });
}

async function formData(contentType: string, bytes: Uint8Array<ArrayBuffer>): Promise<FormData> {
  try {
    return await new Response(bytes, { headers: { 'content-type': contentType } }).formData();
  } catch (cause) {
    throw unreadable(cause);
  }
}

async function multipart(contentType: string, bytes: Uint8Array<ArrayBuffer>): Promise<URLSearchParams> {
  const form = await formData(contentType, bytes);
  const fields = new URLSearchParams();
  for (const [name, value] of form) if (typeof value === 'string') fields.append(name, value);

  return fields;
}

function flattened(value: unknown): URLSearchParams {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unreadable();
  const fields = new URLSearchParams();
  for (const [name, given] of Object.entries(value)) {
    for (const one of Array.isArray(given) ? given : [given]) {
      if (typeof one === 'object' && one !== null) throw unreadable();
      if (one !== null) fields.append(name, String(one));
    }
  }

  return fields;
}

function parseJson(bytes: Uint8Array, { anyText = false } = {}): unknown {
  try {
    return JSON.parse(utf8(bytes), (name, value) => {
      if (!anyText && (!isPlainText(name) || (typeof value === 'string' && !isPlainText(value)))) throw unreadable();
      // Assigned as an own property it would still be a trap for whoever merges objects later.
      if (name === '__proto__') throw unreadable();
      return value;
    });
  } catch (cause) {
    throw cause instanceof AppError ? cause : unreadable();
  }
}

/** Whether PostgreSQL can keep this text as it is: no NUL, no half of a surrogate pair. */
export function isPlainText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw unreadable(); // without its cause: the message would quote the body
  }
}

function mediaType(headers: Headers): string {
  return (headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

function unreadable(cause?: unknown): AppError {
  return new AppError('body-unreadable', { status: 400, cause });
}
