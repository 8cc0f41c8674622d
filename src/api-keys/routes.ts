import { z } from 'zod';
import { notFound } from '#platform/app-error.ts';
import { publicId, toPublicId } from '#platform/http/ids.ts';
import { isoOrNull, listOf, moment, wholeListQuery } from '#platform/http/list.ts';
import { recordAudit } from '#src/audit/record-audit.ts';
import { defineEndpoint, type Endpoint } from '#src/define-route.ts';
import { actorOf } from '#src/staff/caller.ts';
import { createApiKey } from './create-api-key.ts';
import { listApiKeys, revokeApiKey } from './find-api-key.ts';
import { apiScopes } from './scopes.ts';

const policy = { right: 'keys.write', scope: 'none' } as const;

const apiKeyShape = z
  .object({
    id: z.string(),
    name: z.string(),
    prefix: z.string(),
    scopes: z.array(z.enum(apiScopes)),
    createdAt: moment,
    expiresAt: moment.nullable(),
    lastUsedAt: moment.nullable(),
    revokedAt: moment.nullable(),
  })
  .meta({ id: 'ApiKey' });

export const apiKeyEndpoints: Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/api-keys',
    summary: 'API keys, newest first',
    policy,
    query: z.strictObject(wholeListQuery),
    reply: listOf(apiKeyShape),
    async handle({ db }) {
      const keys = await listApiKeys(db);
      return {
        data: keys.map((key) => ({
          id: toPublicId('key', key.id),
          name: key.name,
          prefix: key.prefix,
          scopes: [...key.scopes],
          createdAt: key.createdAt.toISOString(),
          expiresAt: isoOrNull(key.expiresAt),
          lastUsedAt: isoOrNull(key.lastUsedAt),
          revokedAt: isoOrNull(key.revokedAt),
        })),
        next: null,
      };
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/api-keys',
    summary: 'Make an API key; it is shown in this answer only',
    policy,
    body: z.strictObject({
      name: z.string().trim().min(1).max(200),
      scopes: z.array(z.enum(apiScopes)).min(1),
      expiresAt: moment
        .transform((text) => new Date(text))
        .refine((at) => at.getTime() > Date.now(), 'in-the-past')
        .nullish(),
    }),
    reply: apiKeyShape.extend({ key: z.string() }),
    status: 201,
    answersSecret: true,
    async handle({ tx, body, caller, requestId }) {
      const made = await createApiKey(tx, {
        name: body.name,
        scopes: body.scopes,
        expiresAt: body.expiresAt ?? undefined,
        actor: actorOf(caller),
        requestId,
      });
      return {
        id: toPublicId('key', made.id),
        name: body.name,
        prefix: made.prefix,
        scopes: body.scopes,
        createdAt: made.createdAt.toISOString(),
        expiresAt: isoOrNull(body.expiresAt),
        lastUsedAt: null,
        revokedAt: null,
        key: made.key,
      };
    },
  }),
  defineEndpoint({
    method: 'DELETE',
    path: '/api-keys/:id',
    summary: 'Revoke an API key at once',
    policy,
    params: z.object({ id: publicId('key') }),
    reply: 'nothing',
    async handle({ tx, params: { id }, caller, requestId }) {
      if (!(await revokeApiKey(tx, id))) throw notFound();
      await recordAudit(tx, { actor: actorOf(caller), action: 'api-key.revoked', subject: { kind: 'api-key', id }, requestId });
    },
  }),
];
