import { z } from 'zod';
import { AppError, notFound } from '#platform/app-error.ts';
import type { Database } from '#platform/database/connect.ts';
import { fromCursor, toCursor } from '#platform/http/cursor.ts';
import { publicId, toPublicId } from '#platform/http/ids.ts';
import { listOf, pageQuery } from '#platform/http/list.ts';
import { findJob, startJob } from '#platform/jobs/start-job.ts';
import { recordAudit } from '#src/audit/record-audit.ts';
import { findContactNames } from '#src/contacts/find-contact-names.ts';
import { contactShape, presentContact } from '#src/contacts/present.ts';
import { defineEndpoint, type Endpoint } from '#src/define-route.ts';
import { countSuggestions, listSuggestions } from '#src/duplicates/list-suggestions.ts';
import { presentSuggestedPerson, suggestedPersonShape, suggestionShape } from '#src/duplicates/present.ts';
import { jobShape, presentJob } from '#src/jobs/present.ts';
import { actorIdOf } from '#src/ledger/entry.ts';
import { permissionShape, presentPermission } from '#src/permission/present.ts';
import { hiddenFrom, readerOf } from '#src/register/find-field.ts';
import { actorOf } from '#src/staff/caller.ts';
import { namesOfStaff } from '#src/staff/find-staff.ts';
import { chooseSurvivor } from './choose-survivor.ts';
import { foreseeMerge } from './foresee-merge.ts';
import { type ListedMerge, listMerges } from './list-merges.ts';
import { mergeObstacles } from './merge.ts';
import { mergeContacts } from './merge-contacts.ts';
import { LEAST_FOR_MANY, MERGE_MANY, unitedTogether } from './merge-many.ts';
import { mergeShape, presentMerge } from './present.ts';
import { undoMerge } from './undo-merge.ts';

const policy = { right: 'contacts.merge', scope: 'contacts.merge' } as const;
const params = z.object({ id: publicId('con') });
const side = z.enum(['survivor', 'absorbed']);
const pairBody = {
  /** The record that goes up in the one of the address. */
  absorbed: publicId('con'),
  /** Whose value stays, by field (`given_name`, `language`, …); left out, the survivor's, unless it has none. */
  fields: z.record(z.string().regex(/^[a-z][a-z0-9_]{0,59}$/), side).default({}),
  /** Whose main address stays the main one, by kind. */
  main: z.strictObject({ email: side.optional(), phone: side.optional(), post: side.optional() }).default({}),
};
/** More are counted in the background only. */
const MOST_FORESEEN = 100_000;
const SAMPLE = 10;
const manyBody = { minScore: z.int().min(LEAST_FOR_MANY).max(100) };

export const mergeEndpoints: Endpoint[] = [
  defineEndpoint({
    method: 'POST',
    path: '/contacts/:id/foresee-merge',
    summary: 'Two records side by side, and what uniting them would make, without doing it',
    policy,
    params,
    body: z.strictObject(pairBody),
    reply: z.object({
      survivor: contactShape,
      absorbed: contactShape,
      merged: contactShape.nullable(),
      obstacle: z.object({ contact: z.string(), code: z.enum(mergeObstacles) }).nullable(),
      permissions: z.object({
        survivor: z.array(permissionShape),
        absorbed: z.array(permissionShape),
        merged: z.array(permissionShape).nullable(),
      }),
    }),
    async handle({ tx, params: { id }, body, caller, language, requestId }) {
      const { absorbed: absorbedId, ...choices } = body;
      const foreseen = await foreseeMerge(tx, { survivorId: id, absorbedId, choices, actor: actorOf(caller) });
      for (const contactId of [id, absorbedId]) {
        const subject = { kind: 'contact', id: contactId } as const;
        await recordAudit(tx, { actor: actorOf(caller), action: 'contact.viewed', subject, requestId });
      }
      const hidden = await hiddenFrom(tx, readerOf(caller));
      const lines = (list: (typeof foreseen)['permissions']['survivor']) =>
        list.filter(({ purpose }) => !purpose.isSystem).map((line) => presentPermission(line, language));
      return {
        survivor: presentContact(foreseen.survivor, hidden),
        absorbed: presentContact(foreseen.absorbed, hidden),
        merged: foreseen.merged && presentContact(foreseen.merged, hidden),
        obstacle: foreseen.obstacle && { contact: toPublicId('con', foreseen.obstacle.contactId), code: foreseen.obstacle.code },
        permissions: {
          survivor: lines(foreseen.permissions.survivor),
          absorbed: lines(foreseen.permissions.absorbed),
          merged: foreseen.permissions.merged && lines(foreseen.permissions.merged),
        },
      };
    },
  }),

  defineEndpoint({
    method: 'POST',
    path: '/contacts/:id/merge',
    summary: 'Unite two records of one person: the stricter permission wins, and it can be undone for 30 days',
    policy,
    params,
    body: z.strictObject(pairBody),
    reply: mergeShape,
    status: 201,
    speaksOf: ({ id }) => id,
    async handle({ tx, params: { id }, body, caller, requestId }) {
      const { absorbed: absorbedId, ...choices } = body;
      const { mergeId } = await mergeContacts(tx, { survivorId: id, absorbedId, choices, actor: actorOf(caller) });
      await recordAudit(tx, {
        actor: actorOf(caller),
        action: 'contact.merged',
        subject: { kind: 'contact', id },
        detail: { merge: mergeId, absorbed: absorbedId, chosen: Object.keys(body.fields) },
        requestId,
      });
      return presentOne(tx, mergeId);
    },
  }),

  defineEndpoint({
    method: 'GET',
    path: '/merges',
    summary: 'Which records were united, newest first, and until when each can be taken apart',
    policy: { right: 'contacts.read', scope: 'contacts.read' },
    query: z.strictObject({ contact: publicId('con').optional(), job: publicId('job').optional(), ...pageQuery }),
    reply: listOf(mergeShape),
    async handle({ db, query }) {
      const before = query.cursor === undefined ? undefined : fromCursor(query.cursor, z.object({ id: z.uuid() })).id;
      const found = await listMerges(db, { contactId: query.contact, jobId: query.job }, { limit: query.limit + 1, before });
      const shown = found.slice(0, query.limit);
      const last = shown.at(-1);
      return {
        data: await presentAll(db, shown),
        next: found.length > query.limit && last ? toCursor({ id: last.id }) : null,
      };
    },
  }),

  defineEndpoint({
    method: 'POST',
    path: '/merges/:id/undo',
    summary: 'Take two records apart: each exactly as it was, and a no said meanwhile counts for both',
    policy,
    params: z.object({ id: publicId('mrg') }),
    body: z.strictObject({}),
    reply: mergeShape,
    async handle({ tx, params: { id }, caller, requestId }) {
      const { survivorId, absorbedId } = await undoMerge(tx, id, actorOf(caller));
      await recordAudit(tx, {
        actor: actorOf(caller),
        action: 'contact.unmerged',
        subject: { kind: 'contact', id: survivorId },
        detail: { merge: id, absorbed: absorbedId },
        requestId,
      });
      return presentOne(tx, id);
    },
  }),

  defineEndpoint({
    method: 'POST',
    path: '/duplicates/foresee-merges',
    summary: 'How many pairs would be united at once from this score on, and examples of them',
    policy,
    body: z.strictObject(manyBody),
    reply: z.object({
      count: z.int(),
      restricted: z.int(),
      sample: z.array(
        suggestionShape
          .pick({ score: true, reasons: true })
          .extend({ survivor: suggestedPersonShape, absorbed: suggestedPersonShape }),
      ),
    }),
    async handle({ tx, body }) {
      const filter = unitedTogether(body.minScore);
      const count = await countSuggestions(tx, filter, MOST_FORESEEN);
      const { suggestions } = await listSuggestions(tx, filter, { limit: SAMPLE });
      return {
        count: count.value,
        restricted: count.restricted,
        sample: suggestions.map(({ one, other, score, reasons }) => {
          const { survivor, absorbed } = chooseSurvivor(one, other);
          return {
            score,
            reasons: [...reasons],
            survivor: presentSuggestedPerson(survivor),
            absorbed: presentSuggestedPerson(absorbed),
          };
        }),
      };
    },
  }),

  defineEndpoint({
    method: 'POST',
    path: '/duplicates/merge',
    summary: 'Unite what was foreseen, in the background; each pair can be undone',
    policy,
    body: z.strictObject({
      ...manyBody,
      /** As many as were foreseen: more came since, and nobody has seen them. */ expected: z.int().min(1),
    }),
    reply: jobShape,
    async handle({ tx, services, body, caller, requestId }) {
      const { value } = await countSuggestions(tx, unitedTogether(body.minScore), MOST_FORESEEN);
      if (value !== body.expected) throw new AppError('foreseen-otherwise', { status: 409, members: { count: value } });
      const actor = actorOf(caller);
      const id = await startJob(tx, {
        kind: MERGE_MANY,
        parameters: { minScore: body.minScore },
        total: value,
        requestedBy: { kind: actor.kind, id: actorIdOf(actor) ?? undefined },
      });
      await recordAudit(tx, {
        actor,
        action: 'contact.merging-many',
        subject: { kind: 'job', id },
        detail: { minScore: body.minScore, pairs: value },
        requestId,
      });
      const job = await findJob(tx, id);
      if (!job) throw new Error(`job ${id} was just started`);
      return presentJob(job, services.now());
    },
  }),
];

async function presentOne(db: Database, mergeId: string) {
  const [one] = await presentAll(db, await listMerges(db, { id: mergeId }, { limit: 1 }));
  if (!one) throw notFound();
  return one;
}

async function presentAll(db: Database, merges: readonly ListedMerge[]) {
  const names = await findContactNames(
    db,
    merges.flatMap(({ survivorId, absorbedId }) => [survivorId, absorbedId]),
  );
  const staffNames = await namesOfStaff(
    db,
    merges.flatMap(({ mergedBy }) => (mergedBy.kind === 'staff' && mergedBy.id ? [mergedBy.id] : [])),
  );
  return merges.map((merge) => presentMerge(merge, names, staffNames));
}
