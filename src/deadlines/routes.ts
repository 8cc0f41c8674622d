import { z } from 'zod';
import { listOf, wholeListQuery } from '#platform/http/list.ts';
import { recordAudit } from '#src/audit/record-audit.ts';
import { defineEndpoint, type Endpoint } from '#src/define-route.ts';
import { actorOf } from '#src/staff/caller.ts';
import { listHolidayOverrides, overrideHoliday } from './counting.ts';

const params = z.object({ day: z.iso.date() });
const policy = { right: 'controller.write', scope: 'none' } as const;

export const deadlineEndpoints: Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/holidays',
    summary: 'Days off by decree, and decreed working days; the others follow from the calendar',
    policy: { right: 'controller.read', scope: 'controller.read' },
    query: z.strictObject(wholeListQuery),
    reply: listOf(z.object({ day: z.iso.date(), isHoliday: z.boolean(), reason: z.string() })),
    handle: async ({ db }) => ({ data: await listHolidayOverrides(db), next: null }),
  }),
  defineEndpoint({
    method: 'PUT',
    path: '/holidays/:day',
    summary: 'Say that a day is off, or is not, whatever the calendar says; deadlines roll accordingly',
    policy,
    params,
    body: z.strictObject({ isHoliday: z.boolean(), reason: z.string().trim().min(1).max(500) }),
    reply: 'nothing',
    async handle({ tx, params: { day }, body, caller, requestId }) {
      const actor = actorOf(caller);
      await overrideHoliday(tx, day, { ...body, setBy: actor.kind === 'staff' ? actor.staffId : null });
      await recordAudit(tx, { actor, action: 'holiday.changed', detail: { day, isHoliday: body.isHoliday }, requestId });
    },
  }),
  defineEndpoint({
    method: 'DELETE',
    path: '/holidays/:day',
    summary: 'Let the calendar decide about a day again',
    policy,
    params,
    reply: 'nothing',
    async handle({ tx, params: { day }, caller, requestId }) {
      await overrideHoliday(tx, day, null);
      await recordAudit(tx, { actor: actorOf(caller), action: 'holiday.changed', detail: { day }, requestId });
    },
  }),
];
