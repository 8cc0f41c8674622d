import type { z } from 'zod';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What the composition root fixes once for all its routes; see `src/define-route.ts`. */
export interface Wiring {
  services: unknown;
  /** A handle that reads, and one that writes inside the transaction of the request. */
  db: unknown;
  tx: unknown;
  /** Whoever an endpoint answers. */
  caller: unknown;
  endpointPolicy: unknown;
  pagePolicy: unknown;
  language: string;
}

/** A file as the answer of an endpoint. */
export interface FileAnswer {
  /** A stream when it is too much to be held at once. */
  body: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>;
  fileName: string;
  mediaType: string;
}

/** What an endpoint answers: JSON of a shape, a file, or nothing (204). */
export type ReplyShape = z.ZodType | 'file' | 'nothing';

// biome-ignore lint/suspicious/noConfusingVoidType: a handler that answers nothing has no return statement
export type Answer<R extends ReplyShape> = R extends z.ZodType ? z.input<R> : R extends 'file' ? FileAnswer : void;

type Parsed<S> = S extends z.ZodType ? z.output<S> : Record<never, never>;

export type EndpointCall<W extends Wiring, M extends Method, P, Q, B> = {
  readonly services: W['services'];
  readonly caller: W['caller'];
  /** Language of the answer's texts. */
  readonly language: W['language'];
  readonly requestId: string;
  readonly params: Parsed<P>;
  readonly query: Parsed<Q>;
  readonly body: Parsed<B>;
} & (M extends 'GET' ? { readonly db: W['db'] } : { readonly tx: W['tx'] });

/**
 * One endpoint of the API, said once: the server checks requests and answers against it, and the OpenAPI document is
 * printed from it. Without a policy it cannot be written down, so it cannot be mounted either.
 *
 * A GET receives `db` and changes nothing. Every other method receives `tx`, the transaction of the request: it commits
 * when the answer is made and rolls back when anything is thrown.
 */
export interface EndpointDefinition<
  W extends Wiring,
  M extends Method,
  P extends z.ZodType | undefined,
  Q extends z.ZodType | undefined,
  B extends z.ZodType | undefined,
  R extends ReplyShape,
> {
  readonly method: M;
  /** Below the API's base, with `:name` for parameters: `/contacts/:id`. */
  readonly path: string;
  readonly summary: string;
  readonly policy: W['endpointPolicy'];
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly reply: R;
  /** Largest body in bytes; 256 KiB unless said. */
  readonly bodyLimit?: number;
  /** Takes the body as it arrives instead of JSON, for files that are too large to be held. */
  readonly receive?: (incoming: Incoming<W, Q>) => Promise<Received<B extends z.ZodType ? z.input<B> : undefined>>;
  /** Default 200; 204 when the reply is nothing. */
  readonly status?: 200 | 201 | 202;
  /** The person this answer speaks of (uuid): a remembered answer is erased with them. */
  readonly speaksOf?: (params: Parsed<P>, answer: Answer<R>) => string | undefined;
  /** The answer holds a secret shown once: a repeated Idempotency-Key is told so instead of being shown it again. */
  readonly answersSecret?: boolean;
  handle(call: EndpointCall<W, M, P, Q, B>): Promise<Answer<R>>;
  /** What must be waited for between the commit and the answer. */
  readonly afterCommit?: (done: { services: W['services']; db: W['db']; params: Parsed<P> }) => Promise<void>;
}

/** A request whose body nobody has read, before its transaction begins. */
export interface Incoming<W extends Wiring, Q> {
  readonly services: W['services'];
  readonly query: Parsed<Q>;
  readonly request: Request;
}

/** What was made of a body as it arrived. */
export interface Received<V> {
  /** The body of the call. */
  readonly value: V;
  /** The same for the same body: what an idempotency key is compared by. */
  readonly fingerprint: string;
  /** Called when no transaction took it: it was refused, failed, or answered before under the same key. */
  discard(): Promise<void>;
}

/** What a form with files held: its texts, and the bytes of each file that was chosen. */
export interface Upload {
  readonly fields: URLSearchParams;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

export interface PageCall<W extends Wiring> {
  readonly services: W['services'];
  readonly db: W['db'];
  /** Path parameters, percent-decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** The path as asked for, still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Negotiated from Accept-Language. */
  readonly language: W['language'];
  readonly requestId: string;
  /** Address of the client: the connection's, or the last X-Forwarded-For entry where the proxy is trusted. */
  readonly ip: string;
  readonly headers: Headers;
  readonly method: 'GET' | 'POST';
  /**
   * The fields of a POST as urlencoded, multipart or JSON, in the order sent; a JSON array becomes a repeated field.
   *
   * @throws AppError 415 for any other type, 413 beyond the body limit, 400 when it cannot be read.
   */
  readForm(): Promise<URLSearchParams>;
  /**
   * A form that may carry files, sent as multipart; as readForm otherwise.
   *
   * @throws AppError like readForm
   */
  readUpload(): Promise<Upload>;
}

export interface SharingQuestion<W extends Wiring> {
  readonly db: W['db'];
  readonly params: Readonly<Record<string, string>>;
  readonly origin: string;
}

/** A page or other resource outside the API. Answers a Response; errors become an error page through the same translator. */
export interface PageDefinition<W extends Wiring> {
  readonly method: 'GET' | 'POST';
  /** From the root, with `:name` for parameters and a final `*` for the rest: `/f/:form`. */
  readonly path: string;
  readonly policy: W['pagePolicy'];
  /** Largest body in bytes; 64 KiB unless said. */
  readonly bodyLimit?: number;
  /**
   * Whether scripts of this other site may send this and read the answer; without it none may. Others are refused before
   * their body is read. The origin is the header as sent, to be compared whole.
   */
  readonly sharedWith?: (asked: SharingQuestion<W>) => Promise<boolean>;
  handle(call: PageCall<W>): Promise<Response> | Response;
}

// biome-ignore lint/suspicious/noExplicitAny: a list of endpoints forgets each one's own shapes; only mounting reads it
export type AnyEndpoint<W extends Wiring> = EndpointDefinition<W, any, any, any, any, any>;

/** The two ways to declare a route, bound to one program's services, callers and policies. */
export function routing<W extends Wiring>() {
  return {
    defineEndpoint<
      M extends Method,
      R extends ReplyShape,
      P extends z.ZodType | undefined = undefined,
      Q extends z.ZodType | undefined = undefined,
      B extends z.ZodType | undefined = undefined,
    >(endpoint: EndpointDefinition<W, M, P, Q, B, R>): AnyEndpoint<W> {
      return endpoint;
    },
    definePage(page: PageDefinition<W>): PageDefinition<W> {
      return page;
    },
  };
}
