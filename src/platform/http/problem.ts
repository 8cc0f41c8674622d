import { randomUUID } from 'node:crypto';
import { AppError } from '../app-error.ts';
import { secureHeaders } from './security-headers.ts';

/** What a language says for problems: a title and an explanation per code, a sentence per field code with `{values}`. */
export interface ProblemTexts {
  readonly problems: Readonly<Record<string, { readonly title: string; readonly detail: string }>>;
  readonly fields: Readonly<Record<string, string>>;
}

/** RFC 9457 problem details, with the code, the request id and the fields as members of our own. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly requestId: string;
  readonly errors?: readonly { readonly field: string; readonly code: string; readonly message: string }[];
}

/** The one place where what was thrown becomes what is answered. Whatever is not an AppError is hidden. */
export function toProblem(error: AppError, texts: ProblemTexts, requestId: string): Problem {
  const { title, detail } = texts.problems[error.code] ?? { title: error.code, detail: '' };
  const errors = error.fields.map(({ field, code, values = {} }) => ({
    field,
    code,
    message: filled(texts.fields[code] ?? texts.fields.invalid ?? code, values),
  }));

  return {
    type: `urn:saglasie:problem:${error.code}`,
    title,
    status: error.status,
    detail: filled(detail, error.members),
    code: error.code,
    requestId,
    ...(errors.length > 0 ? { errors } : {}),
    ...error.members,
  };
}

export function problemReply(problem: Problem, headers: Readonly<Record<string, string>>): Response {
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { 'content-type': 'application/problem+json; charset=utf-8', ...headers },
  });
}

const unavailable = /^(08|53|57P)|^(ECONNREFUSED|ECONNRESET|ENOENT|EPIPE)$/;

/** Any thrown thing as an AppError: itself, a passing want of the database (503), or a defect (undefined). */
export function asAppError(error: unknown): AppError | undefined {
  if (error instanceof AppError) return error;
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  const isPoolTimeout = typeof message === 'string' && message.startsWith('timeout exceeded when trying to connect');
  if (isPoolTimeout || (typeof code === 'string' && (unavailable.test(code) || code === '40001' || code === '40P01'))) {
    return new AppError('unavailable', { status: 503, headers: { 'retry-after': '2' }, cause: error });
  }

  return undefined;
}

function filled(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** The answer to what is no request at all (an address that cannot be parsed): it never reaches the corridor. */
export function notARequestReply(texts: ProblemTexts, https: boolean): Response {
  const reply = problemReply(toProblem(new AppError('odd-path', { status: 400 }), texts, randomUUID()), {});
  secureHeaders(reply.headers, https);

  return reply;
}
