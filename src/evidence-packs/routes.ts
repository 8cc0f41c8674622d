import { z } from 'zod';
import { notFound } from '#platform/app-error.ts';
import { publicId } from '#platform/http/ids.ts';
import { defineEndpoint, type Endpoint } from '#src/define-route.ts';
import { actorOf } from '#src/staff/caller.ts';
import { exportPack } from './export-pack.ts';

export const evidencePackEndpoints: Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/contacts/:id/evidence-pack',
    summary: 'Everything that proves that the processing of a person’s data is lawful, as one signed ZIP',
    policy: { right: 'evidence.read', scope: 'evidence.read' },
    params: z.object({ id: publicId('con') }),
    reply: 'file',
    async handle({ services, params: { id }, caller, requestId }) {
      const pack = await exportPack(services, { kind: 'contact', id }, { actor: actorOf(caller), requestId });
      if (!pack) throw notFound();
      return pack;
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/forms/:id/evidence-pack',
    summary: 'Every version of a form with its exact texts and how many decided how, as one signed ZIP',
    policy: { right: 'evidence.read', scope: 'evidence.read' },
    params: z.object({ id: publicId('frm') }),
    reply: 'file',
    async handle({ services, params: { id }, caller, requestId }) {
      const pack = await exportPack(services, { kind: 'form', id }, { actor: actorOf(caller), requestId });
      if (!pack) throw notFound();
      return pack;
    },
  }),
];
