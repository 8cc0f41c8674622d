import { z } from 'zod';
import { notFound } from '#platform/app-error.ts';
import { moment } from '#platform/http/list.ts';
import { defineEndpoint, type Endpoint } from '#src/define-route.ts';
import { languages } from '#src/languages/languages.ts';
import { findNotice } from './find-notice.ts';

export const noticeEndpoints: Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/notices/:slug/:version',
    summary: 'The exact text people were shown',
    policy: { right: 'ledger.read', scope: 'ledger.read' },
    params: z.object({
      slug: z.string().max(100),
      version: z
        .string()
        .regex(/^\d{1,9}$/)
        .transform(Number),
    }),
    query: z.strictObject({ language: z.enum(languages).optional() }),
    reply: z
      .object({
        slug: z.string(),
        version: z.int(),
        language: z.enum(languages),
        hash: z.string(),
        body: z.string(),
        recordedAt: moment,
      })
      .meta({ id: 'Notice' }),
    async handle({ db, params, query, language }) {
      const notice = await findNotice(db, params.slug, params.version, query.language ?? language);
      if (!notice) throw notFound();
      return { ...notice, recordedAt: notice.recordedAt.toISOString() };
    },
  }),
];
