/** One field of a request that was not accepted: which, and why (a code the dictionaries translate). */
export interface FieldProblem {
  /** Path of the field as the caller wrote it, such as `email` or `changes.phone`. */
  readonly field: string;
  readonly code: string;
  /** Plain values the sentence needs, such as the longest length. Never what the person typed. */
  readonly values?: Readonly<Record<string, string | number>>;
}

interface AppErrorOptions {
  readonly status: 400 | 401 | 403 | 404 | 405 | 408 | 409 | 410 | 413 | 415 | 422 | 429 | 503 | 507;
  readonly fields?: readonly FieldProblem[];
  /** Extra members of the problem document; ids and numbers only. */
  readonly members?: Readonly<Record<string, string | number>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/**
 * A refusal the caller can understand: a stable code and the HTTP status that fits it. What people read is in the
 * dictionaries under the code (`src/languages/<language>/problems.ts`). Anything thrown that is not an AppError is a defect and is
 * hidden from the caller.
 */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: string;
  readonly status: AppErrorOptions['status'];
  readonly fields: readonly FieldProblem[];
  readonly members: Readonly<Record<string, string | number>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: string, options: AppErrorOptions) {
    super(code, { cause: options.cause });
    this.code = code;
    this.status = options.status;
    this.fields = options.fields ?? [];
    this.members = options.members ?? {};
    this.headers = options.headers ?? {};
  }
}

/** The request was understood and its fields are not acceptable (422). */
export function invalidFields(fields: readonly FieldProblem[]): AppError {
  return new AppError('invalid-fields', { status: 422, fields });
}

/** There is no such thing, or the caller may not know of it (404). */
export function notFound(): AppError {
  return new AppError('not-found', { status: 404 });
}
