import { html } from 'hono/html';
import { type Html, pageReply } from '#platform/html/page.ts';
import { describeApi, type OpenApiDocument } from '#platform/http/openapi.ts';
import { definePage, type Endpoint, type Page, type Saglasie } from '#src/define-route.ts';
import { version } from '#src/version.ts';

const introduction = `JSON in and out. Send your key as "Authorization: Bearer sgl_…". Lists answer {"data": […], "next": "…"}: send next
back as ?cursor=. A POST with an Idempotency-Key can be repeated for 24 hours and has one effect. Errors are problem details
(RFC 9457) with a code, a request id, and texts in the language of Accept-Language (bg, en). After a 4xx nothing has changed.`;

/** The API's description, for programs and for people. Both are printed from the declarations the server runs on. */
export function apiDocsPages(endpoints: readonly Endpoint[], base: string, publicUrl: string): Page[] {
  const document = describeApi<Saglasie>(endpoints, {
    title: 'Saglasie',
    description: introduction,
    version,
    server: publicUrl,
    base,
    describePolicy: ({ right, scope }) => ({
      scope: scope === 'none' ? undefined : scope,
      description: scope === 'none' ? `For signed-in staff (${right}); not for API keys.` : `Scope: ${scope}.`,
    }),
  });
  const json = JSON.stringify(document);

  return [
    definePage({
      method: 'GET',
      path: `${base}/openapi.json`,
      policy: 'public',
      handle: () =>
        new Response(json, {
          headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'public, max-age=300' },
        }),
    }),
    definePage({ method: 'GET', path: '/api/docs', policy: 'public', handle: () => docsPage(document) }),
  ];
}

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly { name: string; in: string; required: boolean; schema: unknown }[];
  readonly requestBody?: { content: Record<string, { schema: unknown }> };
  readonly responses: Record<string, { description: string; content?: Record<string, { schema: unknown }> }>;
}

function docsPage(document: OpenApiDocument): Response {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      path,
      method: method.toUpperCase(),
      operation: operation as unknown as Operation,
    })),
  );

  return pageReply({
    language: 'en',
    title: 'API',
    siteName: 'Saglasie',
    skipText: 'Skip to the content',
    switcher: html``,
    main: html`<h1>API</h1><p class="lead">${introduction}</p>
<p><a href="/api/v1/openapi.json">OpenAPI 3.1</a></p>
<nav aria-label="Endpoints"><ul>${operations.map(
      ({ path, method, operation }) =>
        html`<li><a href="#${operation.operationId}">${method} ${path}</a>: ${operation.summary}</li>`,
    )}</ul></nav>
${operations.map(showOperation)}
<h2 id="schemas">Schemas</h2>
${Object.entries(document.components.schemas).map(([name, schema]) => html`<h3 id="schema-${name}">${name}</h3>${showSchema(schema)}`)}`,
    footer: html``,
  });
}

function showOperation({ path, method, operation }: { path: string; method: string; operation: Operation }): Html {
  const body = operation.requestBody?.content['application/json']?.schema;

  return html`<section class="box" id="${operation.operationId}"><h2>${method} ${path}</h2>
<p>${operation.summary}</p><p class="soft">${operation.description}</p>
${
  operation.parameters.length > 0
    ? html`<h3>Parameters</h3><dl>${operation.parameters.map(
        (parameter) =>
          html`<dt>${parameter.name} (${parameter.in}${parameter.required ? ', required' : ''})</dt><dd>${showSchema(parameter.schema)}</dd>`,
      )}</dl>`
    : ''
}${body ? html`<h3>Body</h3>${showSchema(body)}` : ''}
${Object.entries(operation.responses)
  .filter(([status]) => status.startsWith('2'))
  .map(
    ([status, response]) => html`<h3>${status}</h3>${showSchema(Object.values(response.content ?? {})[0]?.schema)}`,
  )}</section>`;
}

function showSchema(schema: unknown): Html {
  if (schema === undefined) return html`<p>No content.</p>`;

  return html`<pre>${JSON.stringify(schema, null, 2)}</pre>`;
}
