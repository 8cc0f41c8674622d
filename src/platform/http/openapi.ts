import { z } from 'zod';
import type { AnyEndpoint, Wiring } from './route.ts';

type Json = Record<string, unknown>;

export interface OpenApiDocument extends Json {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  readonly components: Json & { readonly schemas: Json };
}

export interface OpenApiOptions<W extends Wiring> {
  readonly title: string;
  readonly description: string;
  readonly version: string;
  readonly server: string;
  readonly base: string;
  /** What a reader should know about who may call it. */
  describePolicy(policy: W['endpointPolicy']): { scope: string | undefined; description: string };
}

/** The API as an OpenAPI 3.1 document, printed from the same declarations the server checks requests against. */
export function describeApi<W extends Wiring>(endpoints: readonly AnyEndpoint<W>[], options: OpenApiOptions<W>): OpenApiDocument {
  const schemas: Json = { Problem: problemSchema };
  const paths: Record<string, Record<string, Json>> = {};
  for (const endpoint of endpoints) {
    const path = options.base + endpoint.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operationOf(endpoint, options, schemas) };
  }

  return {
    openapi: '3.1.0',
    info: { title: options.title, version: options.version, description: options.description },
    servers: [{ url: options.server }],
    paths,
    components: {
      schemas,
      securitySchemes: { apiKey: { type: 'http', scheme: 'bearer', description: 'An API key, `sgl_…`.' } },
    },
    security: [{ apiKey: [] }],
  };
}

function operationOf<W extends Wiring>(endpoint: AnyEndpoint<W>, options: OpenApiOptions<W>, schemas: Json): Json {
  const { scope, description } = options.describePolicy(endpoint.policy);
  const takesBody = endpoint.method !== 'GET' && endpoint.body !== undefined;
  const idempotency: Json[] =
    endpoint.method === 'POST'
      ? [
          {
            name: 'Idempotency-Key',
            in: 'header',
            required: false,
            description: 'The same key and body within 24 hours have one effect and the same answer.',
            schema: { type: 'string', minLength: 1, maxLength: 255 },
          },
        ]
      : [];

  return {
    operationId: operationId(endpoint.method, endpoint.path),
    summary: endpoint.summary,
    description,
    security: scope === undefined ? [] : [{ apiKey: [] }],
    parameters: [
      ...parametersOf(endpoint.params, 'path', schemas),
      ...parametersOf(endpoint.query, 'query', schemas),
      ...idempotency,
    ],
    ...(takesBody
      ? {
          requestBody: {
            required: true,
            content: endpoint.receive
              ? { 'application/octet-stream': {} }
              : { 'application/json': { schema: schemaOf(endpoint.body, 'input', schemas) } },
          },
        }
      : {}),
    responses: {
      ...successOf(endpoint, schemas),
      '4XX': { description: 'Refused; nothing was changed.', content: problemContent },
      '5XX': { description: 'Failed; nothing was changed.', content: problemContent },
    },
  };
}

function successOf<W extends Wiring>(endpoint: AnyEndpoint<W>, schemas: Json): Json {
  if (endpoint.reply === 'nothing') return { '204': { description: 'Done.' } };
  if (endpoint.reply === 'file')
    return { '200': { description: 'A file.', content: { '*/*': { schema: { type: 'string', format: 'binary' } } } } };
  const content = { 'application/json': { schema: schemaOf(endpoint.reply as z.ZodType, 'output', schemas) } };

  return { [String(endpoint.status ?? 200)]: { description: 'Done.', content } };
}

function parametersOf(shape: z.ZodType | undefined, where: 'path' | 'query', schemas: Json): Json[] {
  if (!shape) return [];
  const { properties = {}, required = [] } = schemaOf(shape, 'input', schemas) as {
    properties?: Record<string, Json>;
    required?: string[];
  };

  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    schema,
  }));
}

/** A schema as JSON Schema 2020-12; named ones move to the components and are referred to. */
function schemaOf(shape: z.ZodType, io: 'input' | 'output', schemas: Json): Json {
  // A named shape is an output; what is read has its own words even where names agree.
  const {
    $schema: _dialect,
    $defs = {},
    ...schema
  } = z.toJSONSchema(shape, { target: 'draft-2020-12', io, unrepresentable: 'any' }) as Json & {
    $defs?: Record<string, Json>;
  };
  for (const [name, definition] of Object.entries($defs)) schemas[name] ??= hoisted(definition);
  const { id } = schema as { id?: unknown };
  if (typeof id !== 'string') return hoisted(schema) as Json;
  schemas[id] ??= hoisted(schema);

  return { $ref: `#/components/schemas/${id}` };
}

/** References and ids as OpenAPI writes them. */
function hoisted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(hoisted);
  if (typeof value !== 'object' || value === null) return value;

  return Object.fromEntries(
    Object.entries(value).flatMap(([key, part]) => {
      if (key === 'id' && typeof part === 'string') return [];
      if (key === '$ref' && typeof part === 'string') return [[key, part.replace('#/$defs/', '#/components/schemas/')]];
      return [[key, hoisted(part)]];
    }),
  );
}

function operationId(method: string, path: string): string {
  const words = path
    .replace(/:(\w+)/g, 'by-$1')
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean);

  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

const problemSchema: Json = {
  description: 'Problem details (RFC 9457).',
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code', 'requestId'],
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string' },
    requestId: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['field', 'code', 'message'],
        properties: { field: { type: 'string' }, code: { type: 'string' }, message: { type: 'string' } },
      },
    },
  },
};
const problemContent: Json = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
