import { z } from 'zod';
import { AppError, notFound } from '#platform/app-error.ts';
import { fromCursor, toCursor } from '#platform/http/cursor.ts';
import { publicId, toPublicId } from '#platform/http/ids.ts';
import { isoOrNull, listOf, moment, pageQuery } from '#platform/http/list.ts';
import { startJob } from '#platform/jobs/start-job.ts';
import { recordAudit } from '#src/audit/record-audit.ts';
import { contactStates } from '#src/contacts/contact.ts';
import { findContactState } from '#src/contacts/find-contact-state.ts';
import { findCounting } from '#src/deadlines/counting.ts';
import { deadlineOn } from '#src/deadlines/deadline-after.ts';
import { defineEndpoint, type Endpoint } from '#src/define-route.ts';
import { findController } from '#src/register/controller.ts';
import { actorOf, type Caller } from '#src/staff/caller.ts';
import { composeNotice } from './compose-notice.ts';
import { type DutySelection, exemptionGrounds, reaches, waysOfTelling } from './duty.ts';
import { exempt } from './exempt.ts';
import { countDuties, type DutyPlace, listDuties, listDutiesOf } from './list-duties.ts';
import { recordTold } from './record-told.ts';
import { previewTelling, tellPeopleJob } from './tell-people.ts';

const reading = { right: 'contacts.read', scope: 'contacts.read' } as const;
const writing = { right: 'register.write', scope: 'register.write' } as const;

const counts = { open: z.int(), overdue: z.int(), soon: z.int(), told: z.int(), exempt: z.int() };
const contactIds = z.array(publicId('con')).min(1).max(200);

/** Whom: of a source, only who is late, or these; everything said must hold. */
const selectionShape = z.strictObject({
  source: publicId('src').optional(),
  overdue: z.boolean().optional(),
  contacts: contactIds.optional(),
});

function selectionOf(given: z.output<typeof selectionShape>): DutySelection {
  return { sourceId: given.source, overdue: given.overdue, ids: given.contacts };
}

const placeShape = z.object({ dueOn: z.iso.date(), contactId: z.uuid(), sourceId: z.uuid() });

export const informationDutyEndpoints: Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/art14',
    summary: 'People whose data came from somebody else and who have not been told, who is late first (Art. 14)',
    policy: reading,
    query: z.strictObject({
      ...pageQuery,
      source: publicId('src').optional(),
      overdue: z.enum(['true', 'false']).default('false'),
    }),
    reply: listOf(
      z.object({
        contact: z.object({ id: z.string(), name: z.string(), state: contactStates }),
        source: z.object({ id: z.string(), label: z.string() }),
        obtainedAt: moment,
        /** Alarms go by it. */
        dueOn: z.iso.date(),
        /** The same rolled over weekends and public holidays (Reg. 1182/71). */
        legalDue: z.iso.date(),
        isOverdue: z.boolean(),
        reach: z.enum(reaches),
        isRestricted: z.boolean(),
        message: z.string().nullable(),
      }),
    ),
    async handle({ db, query }) {
      const after = query.cursor === undefined ? undefined : (fromCursor(query.cursor, placeShape) as DutyPlace);
      const selection = { sourceId: query.source, overdue: query.overdue === 'true' };
      const found = await listDuties(db, selection, { limit: query.limit + 1, after });
      const shown = found.slice(0, query.limit);
      const last = found.length > query.limit ? shown.at(-1) : undefined;
      const counting = await findCounting(db);
      return {
        data: shown.map((duty) => ({
          contact: { id: toPublicId('con', duty.contactId), name: duty.name, state: contactStates.parse(duty.state) },
          source: { id: toPublicId('src', duty.sourceId), label: duty.source },
          obtainedAt: duty.obtainedAt.toISOString(),
          dueOn: duty.dueOn,
          legalDue: deadlineOn(duty.dueOn, counting).legalDue,
          isOverdue: duty.isOverdue,
          reach: duty.reach,
          isRestricted: duty.isRestricted,
          message: duty.message,
        })),
        next: last ? toCursor({ dueOn: last.dueOn, contactId: last.contactId, sourceId: last.sourceId }) : null,
      };
    },
  }),

  defineEndpoint({
    method: 'GET',
    path: '/art14/summary',
    summary: 'How many people must be told, were told, or need not be, by source',
    policy: reading,
    reply: z.object({
      ...counts,
      sources: z.array(
        z.object({
          source: z.object({ id: z.string(), label: z.string() }),
          ...counts,
          firstDue: z.iso.date().nullable(),
          firstLegalDue: z.iso.date().nullable(),
        }),
      ),
    }),
    async handle({ db }) {
      const { sources, ...all } = await countDuties(db);
      const counting = await findCounting(db);
      return {
        ...all,
        sources: sources.map(({ sourceId, label, firstDue, ...rest }) => ({
          source: { id: toPublicId('src', sourceId), label },
          ...rest,
          firstDue,
          firstLegalDue: firstDue && deadlineOn(firstDue, counting).legalDue,
        })),
      };
    },
  }),

  defineEndpoint({
    method: 'POST',
    path: '/art14/preview',
    summary: 'Whom sending the notice would reach, and how it reads for one of them; nothing is sent',
    policy: writing,
    body: selectionShape,
    reply: z.object({
      people: z.int(),
      byMail: z.int(),
      waiting: z.int(),
      example: z.object({ bg: z.array(z.string()), en: z.array(z.string()) }).nullable(),
    }),
    async handle({ tx, body }) {
      const selection = selectionOf(body);
      const preview = await previewTelling(tx, selection);
      const [first] = await listDuties(tx, selection, { limit: 1 });
      const notice = first && (await composeNotice(tx, first.contactId));
      return { ...preview, example: notice ? { bg: [...notice.texts.bg], en: [...notice.texts.en] } : null };
    },
  }),

  defineEndpoint({
    method: 'POST',
    path: '/art14/send',
    summary: 'Send everybody chosen the notice, once each, as far as a message reaches them',
    policy: writing,
    body: selectionShape,
    status: 202,
    reply: z.object({ jobId: z.string(), people: z.int() }),
    async handle({ tx, body, caller, requestId }) {
      if (!(await findController(tx))) throw new AppError('controller-missing', { status: 409 });
      const selection = selectionOf(body);
      const { byMail, waiting } = await previewTelling(tx, selection);
      const actor = actorOf(caller);
      const jobId = await startJob(tx, {
        kind: tellPeopleJob.kind,
        parameters: { ...selection },
        total: byMail - waiting,
        requestedBy: requesterOf(caller),
      });
      await recordAudit(tx, {
        actor,
        action: 'people.telling-started',
        subject: { kind: 'job', id: jobId },
        detail: { people: byMail - waiting },
        requestId,
      });
      return { jobId: toPublicId('job', jobId), people: byMail - waiting };
    },
  }),

  defineEndpoint({
    method: 'POST',
    path: '/art14/told',
    summary: 'Record that people were told by post, by telephone or in person; the text of today is kept as what they got',
    policy: writing,
    body: z.strictObject({
      contacts: contactIds,
      how: z.enum(waysOfTelling),
      at: moment.transform((text) => new Date(text)),
      note: z.string().trim().min(1).max(500).optional(),
    }),
    reply: z.object({ told: z.int() }),
    async handle({ tx, body, caller, requestId }) {
      const actor = actorOf(caller);
      const told = await recordTold(tx, { contactIds: body.contacts, how: body.how, at: body.at, note: body.note, actor });
      await recordAudit(tx, { actor, action: 'people.told', detail: { how: body.how, people: told }, requestId });
      return { told };
    },
  }),

  defineEndpoint({
    method: 'POST',
    path: '/art14/exempt',
    summary: 'Record that people need not be told, on which ground and why (Art. 14(5))',
    policy: writing,
    body: z.strictObject({
      ...selectionShape.shape,
      ground: z.enum(exemptionGrounds),
      reason: z.string().trim().min(20).max(2000),
    }),
    reply: z.object({ duties: z.int() }),
    async handle({ tx, body, caller, requestId }) {
      const { ground, reason, ...chosen } = body;
      const selection = selectionOf(chosen);
      if (!selection.sourceId && !selection.ids) {
        throw new AppError('invalid-fields', { status: 422, fields: [{ field: 'source', code: 'missing' }] });
      }
      const actor = actorOf(caller);
      const { id, duties } = await exempt(tx, {
        selection,
        ground,
        reason,
        actor: actor.kind === 'staff' ? { kind: 'staff', id: actor.staffId } : { kind: 'api', id: actor.apiKeyId },
      });
      await recordAudit(tx, {
        actor,
        action: 'people.exempted',
        subject: { kind: 'exemption', id },
        detail: { ground, duties },
        requestId,
      });
      return { duties };
    },
  }),

  defineEndpoint({
    method: 'GET',
    path: '/contacts/:id/art14',
    summary: 'What a person must be told of, was told, or need not be; and the notice as it would read now',
    policy: reading,
    params: z.object({ id: publicId('con') }),
    reply: z.object({
      duties: z.array(
        z.object({
          source: z.object({ id: z.string(), label: z.string() }),
          obtainedAt: moment,
          dueOn: z.iso.date(),
          legalDue: z.iso.date(),
          toldAt: moment.nullable(),
          entryId: z.string().nullable(),
          exemption: z.object({ ground: z.enum(exemptionGrounds), reason: z.string() }).nullable(),
        }),
      ),
      notice: z.object({ bg: z.array(z.string()), en: z.array(z.string()) }).nullable(),
    }),
    async handle({ db, params: { id } }) {
      if (!(await findContactState(db, id))) throw notFound();
      const [duties, notice, counting] = await Promise.all([listDutiesOf(db, id), composeNotice(db, id), findCounting(db)]);
      return {
        duties: duties.map((duty) => ({
          source: { id: toPublicId('src', duty.sourceId), label: duty.label },
          obtainedAt: duty.obtainedAt.toISOString(),
          dueOn: duty.dueOn,
          legalDue: deadlineOn(duty.dueOn, counting).legalDue,
          toldAt: isoOrNull(duty.toldAt),
          entryId: duty.entryId && toPublicId('led', duty.entryId),
          exemption: duty.ground && duty.reason ? { ground: duty.ground, reason: duty.reason } : null,
        })),
        notice: notice ? { bg: [...notice.texts.bg], en: [...notice.texts.en] } : null,
      };
    },
  }),
];

export function requesterOf(caller: Caller): { kind: 'staff' | 'api'; id: string } {
  return caller.kind === 'staff' ? { kind: 'staff', id: caller.staffMember.id } : { kind: 'api', id: caller.apiKeyId };
}
