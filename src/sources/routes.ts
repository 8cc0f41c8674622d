import { z } from 'zod';
import { listOf, moment, wholeListQuery } from '#platform/http/list.ts';
import { defineEndpoint, type Endpoint } from '#src/define-route.ts';
import { listSources } from './find-provenance.ts';
import { presentSource, sourceShape } from './present.ts';
import type { ObtainedFrom, SourceKind } from './source.ts';

export const sourceEndpoints: Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/sources',
    summary: 'Sources in use, newest first',
    policy: { right: 'contacts.read', scope: 'contacts.read' },
    query: z.strictObject(wholeListQuery),
    reply: listOf(sourceShape.extend({ createdAt: moment })),
    async handle({ db }) {
      const sources = await listSources(db);
      return {
        data: sources.map((source) => ({
          ...presentSource({
            id: source.id,
            kind: source.kind as SourceKind,
            label: source.label,
            obtainedFrom: source.obtained_from as ObtainedFrom,
          }),
          createdAt: source.created_at.toISOString(),
        })),
        next: null,
      };
    },
  }),
];
