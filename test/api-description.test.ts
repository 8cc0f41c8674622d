import { beforeAll, describe, expect, it } from 'vitest';
import { listRoutes } from '#platform/http/mount.ts';
import { useStaffApp } from './support/staff-app.ts';

const app = useStaffApp();

interface Operation {
  operationId: string;
  summary: string;
  parameters: { name: string; in: string; required: boolean; schema: unknown }[];
  requestBody?: unknown;
  responses: Record<string, unknown>;
}
let document: {
  openapi: string;
  info: object;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, unknown> };
};
beforeAll(async () => {
  document = (await (await app.request('GET', '/api/v1/openapi.json')).json()) as typeof document;
});

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );

describe('the OpenAPI document', () => {
  it('describes every endpoint and nothing else', () => {
    const described = operations().map(({ path, method }) => `${method.toUpperCase()} ${path}`);
    const mounted = listRoutes(app.program)
      .filter((route) => route.kind === 'endpoint')
      .map((route) => `${route.method} ${route.path.replace(/:(\w+)/g, '{$1}')}`);
    expect(described.sort()).toEqual(mounted.sort());
  });

  it('is OpenAPI 3.1: every reference leads somewhere, every path parameter is declared, every operation has its own name', () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(document.info).toMatchObject({ title: expect.any(String), version: expect.any(String) });
    for (const [, reference] of JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)) {
      const name = /^#\/components\/schemas\/(\w+)$/.exec(reference ?? '')?.[1];
      expect(document.components.schemas, reference).toHaveProperty(name ?? 'nothing');
    }
    for (const { path, operation } of operations()) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      const declared = operation.parameters.filter((parameter) => parameter.in === 'path');
      expect(declared.map((parameter) => parameter.name).sort(), path).toEqual(inPath.sort());
      expect(
        declared.every((parameter) => parameter.required),
        path,
      ).toBe(true);
      expect(
        Object.keys(operation.responses).some((status) => status.startsWith('2')),
        path,
      ).toBe(true);
    }
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    // What 3.0 wrote and 3.1 does not know.
    expect(JSON.stringify(document)).not.toMatch(/"nullable":|"\$defs":|"\$schema":|"exclusiveMinimum":true/);
  });

  it('every schema says something', () => {
    const empty = operations().flatMap(({ path, operation }) =>
      operation.parameters
        .filter((parameter) => JSON.stringify(parameter.schema) === '{}')
        .map((parameter) => `${path} ${parameter.name}`),
    );
    expect(empty).toEqual([]);
  });
});

describe('the readable description', () => {
  it('shows every operation on a page without a script and without a request to anyone else', async () => {
    const answer = await app.request('GET', '/api/docs', { headers: { accept: 'text/html' } });
    const page = await answer.text();
    for (const { operation } of operations()) expect(page).toContain(`id="${operation.operationId}"`);
    expect(page).not.toMatch(/<script|(src|href)="(https?:)?\/\//);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  });
});
