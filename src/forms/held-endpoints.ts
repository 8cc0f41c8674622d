import { z } from 'zod';
import { AppError, notFound } from '#platform/app-error.ts';
import type { Database } from '#platform/database/connect.ts';
import { fromCursor, toCursor } from '#platform/http/cursor.ts';
import { publicId, toPublicId } from '#platform/http/ids.ts';
import { listOf, moment, pageQuery } from '#platform/http/list.ts';
import { type AuditAction, recordAudit } from '#src/audit/record-audit.ts';
import { defineEndpoint, type Endpoint } from '#src/define-route.ts';
import { languages } from '#src/languages/languages.ts';
import { hiddenFrom, readerOf } from '#src/register/find-field.ts';
import { actorOf, type Caller } from '#src/staff/caller.ts';
import { flushSteps, listSteps } from './count-steps.ts';
import { getForm } from './get-form.ts';
import { deleteHeld, type HeldSubmission, listHeld } from './held-submissions.ts';
import { heldReasons } from './hold-submission.ts';
import { releaseHeld } from './release-held.ts';

const params = z.object({ id: publicId('hld') });
const day = z.iso.date();

const heldShape = z.object({
  id: z.string(),
  reason: z.enum(heldReasons),
  version: z.int(),
  language: z.enum(languages),
  email: z.string(),
  answers: z.record(z.string(), z.string()),
  ticked: z.array(z.string()),
  evidence: z.record(z.string(), z.string()),
  receivedAt: moment,
  deleteAfter: moment,
});

const stepsShape = z.object({
  version: z.int(),
  day,
  shown: z.int(),
  problems: z.int(),
  held: z.int(),
  accepted: z.int(),
  confirmed: z.int(),
  rejected: z.int(),
  expired: z.int(),
});

/** What was put aside of a form, and how far people come with it. */
export const heldEndpoints: Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/forms/:id/held',
    summary: 'What looks as if a program had sent it, newest first; deleted after 14 days',
    policy: { right: 'contacts.read', scope: 'contacts.read' },
    params: z.object({ id: publicId('frm') }),
    query: z.strictObject(pageQuery),
    reply: listOf(heldShape),
    async handle({ db, services, params: { id }, query, caller, requestId }) {
      await getForm(db, id);
      const before = query.cursor ? fromCursor(query.cursor, z.uuid()) : undefined;
      const found = await listHeld(services, db, { formId: id, limit: query.limit + 1, ...(before ? { before } : {}) });
      const shown = found.slice(0, query.limit);
      const last = found.length > query.limit ? shown.at(-1) : undefined;
      const looked = { caller, requestId, formId: id };
      if (shown.length > 0) await note(db, 'held-submissions.viewed', looked, { count: shown.length });
      const hidden = await hiddenFrom(db, readerOf(caller));
      return { data: shown.map((held) => present(held, hidden)), next: last ? toCursor(last.id) : null };
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/held-submissions/:id/release',
    summary: 'Let through what was put aside: the address is asked to confirm, as always',
    policy: { right: 'contacts.write', scope: 'contacts.write' },
    params,
    body: z.strictObject({}),
    reply: 'nothing',
    async handle({ tx, services, params: { id }, caller, requestId }) {
      const [held] = await listHeld(services, tx, { id });
      if (!held) throw notFound();
      const release = await releaseHeld(tx, services, id);
      if (release === 'gone') throw notFound();
      if (release === 'form-changed') throw new AppError('form-changed', { status: 409 });
      if (release === 'address-full') throw new AppError('address-full', { status: 409 });
      await note(tx, 'held-submission.released', { caller, requestId, formId: held.formId }, { reason: held.reason });
    },
  }),
  defineEndpoint({
    method: 'DELETE',
    path: '/held-submissions/:id',
    summary: 'Delete what was put aside',
    policy: { right: 'contacts.write', scope: 'contacts.write' },
    params,
    body: z.strictObject({}),
    reply: 'nothing',
    async handle({ tx, services, params: { id }, caller, requestId }) {
      const [held] = await listHeld(services, tx, { id });
      if (!held || !(await deleteHeld(tx, id))) throw notFound();
      await note(tx, 'held-submission.deleted', { caller, requestId, formId: held.formId }, { reason: held.reason });
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/forms/:id/steps',
    summary: 'How many came how far, per version and day: counted without cookie, id or network address',
    policy: { right: 'forms.read', scope: 'forms.read' },
    params: z.object({ id: publicId('frm') }),
    query: z.strictObject({ from: day.default('2000-01-01'), to: day.default('9999-12-31') }),
    reply: z.object({ data: z.array(stepsShape), next: z.null() }),
    async handle({ db, services, params: { id }, query }) {
      await getForm(db, id);
      await flushSteps(services);
      const days = await listSteps(db, id, query);
      return { data: days.map(({ number, day: on, steps }) => ({ version: number, day: on, ...steps })), next: null };
    },
  }),
];

async function note(
  db: Database,
  action: AuditAction,
  { caller, requestId, formId }: { caller: Caller; requestId: string; formId: string },
  detail: Record<string, string | number>,
): Promise<void> {
  await recordAudit(db, { actor: actorOf(caller), action, subject: { kind: 'form', id: formId }, detail, requestId });
}

function present(held: HeldSubmission, hidden: ReadonlySet<string>): z.input<typeof heldShape> {
  return {
    id: toPublicId('hld', held.id),
    reason: held.reason,
    version: held.versionNumber,
    language: held.language,
    email: held.content.email,
    answers: Object.fromEntries(Object.entries(held.content.answers).filter(([key]) => !hidden.has(key))),
    ticked: [...held.content.ticked],
    evidence: { ...held.content.evidence },
    receivedAt: held.receivedAt.toISOString(),
    deleteAfter: held.deleteAfter.toISOString(),
  };
}
