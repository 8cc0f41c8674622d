import { z } from 'zod';
import { AppError, invalidFields } from '#platform/app-error.ts';
import type { Database } from '#platform/database/connect.ts';
import { publicId, toPublicId } from '#platform/http/ids.ts';
import { listOf, moment, wholeListQuery } from '#platform/http/list.ts';
import { recordAudit } from '#src/audit/record-audit.ts';
import { findCounting } from '#src/deadlines/counting.ts';
import { deadlineOn } from '#src/deadlines/deadline-after.ts';
import { defineEndpoint, type Endpoint } from '#src/define-route.ts';
import { readEvidence } from '#src/evidence-files/keep-evidence.ts';
import { requesterOf } from '#src/information-duty/routes.ts';
import { languages } from '#src/languages/languages.ts';
import { findPurpose } from '#src/purposes/find-purpose.ts';
import { channelShape, purposeMentionShape } from '#src/purposes/present.ts';
import { purposeReference } from '#src/purposes/routes.ts';
import { sourceShape } from '#src/sources/present.ts';
import { actorOf, type Caller } from '#src/staff/caller.ts';
import { revokeGround, stateGround } from './asking-ground.ts';
import { listActs, listQuarantine } from './list-quarantine.ts';
import { actKinds, outcomes, type Selection } from './quarantine-act.ts';
import { setDeadline } from './set-deadline.ts';
import { previewAct, startAct, type WantedAct } from './start-act.ts';

const reading = { right: 'contacts.read', scope: 'contacts.read' } as const;
const writing = { right: 'register.write', scope: 'register.write' } as const;
/** A file of evidence in Base64 and the rest. */
const BODY_LIMIT = 15 * 1024 * 1024;

const selectionShape = z.strictObject({
  source: publicId('src').optional(),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .optional(),
  language: z.enum(languages).optional(),
  contacts: z.array(publicId('con')).min(1).max(1000).optional(),
});

function selectionOf(given: z.output<typeof selectionShape>): Selection {
  return {
    ...(given.source ? { sourceId: given.source } : {}),
    ...(given.country ? { country: given.country } : {}),
    ...(given.language ? { language: given.language } : {}),
    ...(given.contacts ? { ids: given.contacts } : {}),
  };
}

const reason = z.string().trim().min(20).max(2000);
const actBody = z.strictObject({
  kind: z.enum(actKinds),
  selection: selectionShape,
  purpose: purposeReference,
  /** Left out: every channel of the purpose. Asking is by e-mail. */
  channels: z.array(channelShape).min(1).optional(),
  reason,
  /** Data the purpose does not cover: `keep` them, and the person in quarantine with them; or `erase` them. */
  rest: z.enum(['keep', 'erase']).default('keep'),
  /** Evidence of consent: when, to which words, and a file or a statement that shows it. */
  consentedAt: moment.transform((text) => new Date(text)).optional(),
  text: z.strictObject({ body: z.string().trim().min(1).max(20_000), language: z.enum(languages) }).optional(),
  statement: z.string().trim().min(20).max(5000).optional(),
  /** PDF, JPEG, PNG, WebP or audio, at most 10 MB, in Base64. */
  file: z.string().max(14_000_000).optional(),
  ofAge: z.boolean().optional(),
  /** A legal basis: the weighing of interests where it rests on one, and why a channel may be used for marketing. */
  assessment: z.string().trim().min(50).max(5000).optional(),
  permissionGround: z.enum(['soft-opt-in', 'legal-entity', 'not-needed']).optional(),
  /** That whoever asks has read: no basis takes the place of a consent that was withdrawn. */
  warningRead: z.boolean().optional(),
});

async function wantedOf(db: Database, body: z.output<typeof actBody>, caller: Caller): Promise<WantedAct> {
  const purpose = await findPurpose(db, body.purpose);
  if (!purpose) throw invalidFields([{ field: 'purpose', code: 'unknown-purpose' }]);
  const { selection, file, ...rest } = body;
  return {
    ...rest,
    selection: selectionOf(selection),
    purpose,
    ...(file ? { file: readEvidence(file) } : {}),
    actor: requesterOf(caller),
  };
}

export const quarantineEndpoints: Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/quarantine',
    summary: 'Data nobody can prove, by source: how many people, since when, until when, and whether they may be asked',
    policy: reading,
    reply: z.object({
      people: z.int(),
      sources: z.array(
        z.object({
          source: sourceShape,
          people: z.int(),
          since: moment,
          expiresOn: z.iso.date().nullable(),
          /** Why that day; null for the default of a month. */
          deadlineReason: z.string().nullable(),
          untold: z.int(),
          grounds: z.array(
            z.object({
              id: z.string(),
              purpose: z.object({ id: z.string(), name: purposeMentionShape.shape.name }),
              ground: z.enum(['soft-opt-in', 'legal-entity']),
              reason: z.string(),
            }),
          ),
        }),
      ),
    }),
    async handle({ db }) {
      const found = await listQuarantine(db);
      return {
        people: found.reduce((sum, { people }) => sum + people, 0),
        sources: found.map((one) => ({
          source: sourceShape.parse({
            id: toPublicId('src', one.sourceId),
            kind: one.kind,
            label: one.label,
            obtainedFrom: one.obtainedFrom,
          }),
          people: one.people,
          since: one.since.toISOString(),
          expiresOn: one.expiresOn,
          deadlineReason: one.deadlineReason,
          untold: one.untold,
          grounds: one.grounds.map((ground) => ({
            id: toPublicId('ask', ground.id),
            purpose: { id: toPublicId('pur', ground.purposeId), name: ground.purposeName },
            ground: ground.ground,
            reason: ground.reason,
          })),
        })),
      };
    },
  }),

  defineEndpoint({
    method: 'POST',
    path: '/quarantine/preview',
    summary: 'What an act would do to how many of the chosen people; nothing is done',
    policy: writing,
    body: actBody,
    bodyLimit: BODY_LIMIT,
    reply: z.object({ outcomes: z.partialRecord(z.enum(outcomes), z.int()) }),
    handle: async ({ tx, body, caller }) => ({ outcomes: await previewAct(tx, await wantedOf(tx, body, caller)) }),
  }),

  defineEndpoint({
    method: 'POST',
    path: '/quarantine/acts',
    summary: 'Attach evidence, assign a legal basis, or ask once: to everybody chosen, as a job',
    policy: writing,
    body: actBody,
    bodyLimit: BODY_LIMIT,
    status: 202,
    reply: z.object({ id: z.string(), jobId: z.string(), people: z.int() }),
    async handle({ tx, body, caller, requestId }) {
      const { actId, jobId, people } = await startAct(tx, await wantedOf(tx, body, caller));
      await recordAudit(tx, {
        actor: actorOf(caller),
        action: 'quarantine.act-started',
        subject: { kind: 'quarantine-act', id: actId },
        detail: { kind: body.kind, people },
        requestId,
      });
      return { id: toPublicId('qua', actId), jobId: toPublicId('job', jobId), people };
    },
  }),

  defineEndpoint({
    method: 'GET',
    path: '/quarantine/acts',
    summary: 'What was done with many quarantined people at once, newest first',
    policy: reading,
    query: z.strictObject(wholeListQuery),
    reply: listOf(
      z.object({
        id: z.string(),
        kind: z.enum(actKinds),
        purpose: purposeMentionShape,
        legalBasis: z.string(),
        reason: z.string(),
        hasEvidence: z.boolean(),
        startedAt: moment,
        jobId: z.string().nullable(),
      }),
    ),
    async handle({ db }) {
      const acts = await listActs(db);
      return {
        data: acts.map((act) => ({
          id: toPublicId('qua', act.id),
          kind: act.kind,
          purpose: { id: toPublicId('pur', act.purposeId), slug: act.purposeSlug, name: act.purposeName },
          legalBasis: act.legalBasis,
          reason: act.reason,
          hasEvidence: act.hasEvidence,
          startedAt: act.startedAt.toISOString(),
          jobId: act.jobId && toPublicId('job', act.jobId),
        })),
        next: null,
      };
    },
  }),

  defineEndpoint({
    method: 'POST',
    path: '/quarantine/deadlines',
    summary: 'Set until when the people of a source may stay in quarantine, and why; then they are erased',
    policy: { right: 'register.write', scope: 'none' },
    body: z.strictObject({ source: publicId('src'), expiresOn: z.iso.date(), reason }),
    reply: z.object({ expiresOn: z.iso.date(), isDayOff: z.boolean() }),
    async handle({ tx, body, caller, requestId }) {
      if (caller.kind !== 'staff') throw new AppError('not-allowed', { status: 403 });
      await setDeadline(tx, {
        sourceId: body.source,
        expiresOn: body.expiresOn,
        reason: body.reason,
        setBy: caller.staffMember.id,
      });
      await recordAudit(tx, {
        actor: actorOf(caller),
        action: 'quarantine.deadline-set',
        subject: { kind: 'source', id: body.source },
        detail: { expiresOn: body.expiresOn },
        requestId,
      });
      const { legalDue } = deadlineOn(body.expiresOn, await findCounting(tx));
      return { expiresOn: body.expiresOn, isDayOff: legalDue !== body.expiresOn };
    },
  }),

  defineEndpoint({
    method: 'POST',
    path: '/quarantine/grounds',
    summary: 'State why the people of a source may be asked once whether they consent to a purpose',
    policy: writing,
    body: z.strictObject({
      source: publicId('src'),
      purpose: purposeReference,
      ground: z.enum(['soft-opt-in', 'legal-entity']),
      conditions: z.array(z.string().max(60)).max(10),
      reason,
    }),
    status: 201,
    reply: z.object({ id: z.string() }),
    async handle({ tx, body, caller, requestId }) {
      const purpose = await findPurpose(tx, body.purpose);
      if (!purpose) throw invalidFields([{ field: 'purpose', code: 'unknown-purpose' }]);
      const id = await stateGround(tx, {
        sourceId: body.source,
        purpose,
        ground: body.ground,
        conditions: body.conditions,
        reason: body.reason,
        actor: requesterOf(caller),
      });
      await recordAudit(tx, {
        actor: actorOf(caller),
        action: 'quarantine.ground-stated',
        subject: { kind: 'source', id: body.source },
        detail: { ground: body.ground, purpose: purpose.slug },
        requestId,
      });
      return { id: toPublicId('ask', id) };
    },
  }),

  defineEndpoint({
    method: 'DELETE',
    path: '/quarantine/grounds/:id',
    summary: 'Take such a ground back; questions that have not left are kept back',
    policy: writing,
    params: z.object({ id: publicId('ask') }),
    reply: 'nothing',
    async handle({ tx, params: { id }, caller, requestId }) {
      await revokeGround(tx, id);
      await recordAudit(tx, {
        actor: actorOf(caller),
        action: 'quarantine.ground-revoked',
        detail: { ground: toPublicId('ask', id) },
        requestId,
      });
    },
  }),
];
