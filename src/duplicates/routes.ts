import { z } from 'zod';
import { AppError, notFound } from '#platform/app-error.ts';
import { fromCursor, toCursor } from '#platform/http/cursor.ts';
import { publicId, toPublicId } from '#platform/http/ids.ts';
import { listOf, pageQuery } from '#platform/http/list.ts';
import { findJob, startJob } from '#platform/jobs/start-job.ts';
import { recordAudit } from '#src/audit/record-audit.ts';
import { findContactState } from '#src/contacts/find-contact-state.ts';
import { defineEndpoint, type Endpoint } from '#src/define-route.ts';
import { jobShape, presentJob } from '#src/jobs/present.ts';
import { actorIdOf } from '#src/ledger/entry.ts';
import { actorOf } from '#src/staff/caller.ts';
import { likenesses } from './compare-people.ts';
import { dismissSuggestion } from './dismiss-suggestion.ts';
import { FIND_DUPLICATES } from './find-duplicates.ts';
import { countSuggestions, listSuggestions } from './list-suggestions.ts';
import { presentSuggestion, suggestionShape } from './present.ts';

const policy = { right: 'contacts.merge', scope: 'contacts.merge' } as const;
const position = z.object({ score: z.int(), one: z.uuid(), other: z.uuid() });
const MOST_COUNTED = 10_000;
const score = z
  .string()
  .regex(/^\d{1,3}$/)
  .meta({ type: 'integer', minimum: 1, maximum: 100 })
  .transform(Number)
  .pipe(z.int().min(1).max(100));

export const duplicateEndpoints: Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/duplicates',
    summary: 'Contacts that may be one person, most alike first, with the reasons',
    policy,
    query: z.strictObject({
      minScore: score.optional(),
      reason: z.enum(likenesses).optional(),
      contact: publicId('con').optional(),
      ...pageQuery,
    }),
    reply: listOf(suggestionShape).extend({
      count: z.object({ value: z.int(), atLeast: z.boolean(), restricted: z.int() }),
    }),
    async handle({ db, query }) {
      const filter = {
        minScore: query.minScore,
        reasons: query.reason ? [query.reason] : undefined,
        contactId: query.contact,
      };
      const after = query.cursor === undefined ? undefined : fromCursor(query.cursor, position);
      const { suggestions, next } = await listSuggestions(db, filter, { limit: query.limit, after });
      const count = await countSuggestions(db, filter, MOST_COUNTED + 1);
      return {
        data: suggestions.map(presentSuggestion),
        next: next && toCursor({ ...next }),
        count: {
          value: Math.min(count.value, MOST_COUNTED),
          atLeast: count.value > MOST_COUNTED,
          restricted: count.restricted,
        },
      };
    },
  }),

  defineEndpoint({
    method: 'POST',
    path: '/duplicates/dismiss',
    summary: 'Two contacts are not the same person: never suggest them again',
    policy,
    body: z.strictObject({ one: publicId('con'), other: publicId('con') }),
    reply: z.object({ outcome: z.enum(['dismissed', 'dismissed-before']) }),
    async handle({ tx, body, caller, requestId }) {
      if (body.one === body.other) {
        throw new AppError('invalid-fields', { status: 422, fields: [{ field: 'other', code: 'same-contact' }] });
      }
      for (const id of [body.one, body.other]) if (!(await findContactState(tx, id))) throw notFound();
      const actor = actorOf(caller);
      const outcome = await dismissSuggestion(tx, [body.one, body.other], { kind: actor.kind, id: actorIdOf(actor) });
      if (outcome === 'dismissed') {
        await recordAudit(tx, {
          actor,
          action: 'duplicate.dismissed',
          subject: { kind: 'contact', id: body.one },
          detail: { other: body.other },
          requestId,
        });
      }
      return { outcome };
    },
  }),

  defineEndpoint({
    method: 'POST',
    path: '/duplicates/search',
    summary: 'Look for duplicates among whoever came or changed since the last search; goes on in the background',
    policy,
    body: z.strictObject({}),
    reply: jobShape,
    async handle({ tx, services, caller, requestId }) {
      const actor = actorOf(caller);
      const id = await startJob(tx, {
        kind: FIND_DUPLICATES,
        requestedBy: { kind: actor.kind, id: actorIdOf(actor) ?? undefined },
      });
      await recordAudit(tx, { actor, action: 'duplicate.searched', subject: { kind: 'job', id }, requestId });
      const job = await findJob(tx, id);
      if (!job) throw new Error(`job ${toPublicId('job', id)} was just started`);
      return presentJob(job, services.now());
    },
  }),
];
