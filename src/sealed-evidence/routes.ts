import { z } from 'zod';
import { AppError, invalidFields, notFound } from '#platform/app-error.ts';
import type { Database } from '#platform/database/connect.ts';
import { publicId, toPublicId } from '#platform/http/ids.ts';
import { isoOrNull, listOf, moment, wholeListQuery } from '#platform/http/list.ts';
import { recordAudit } from '#src/audit/record-audit.ts';
import { readEmail, readPhone } from '#src/contacts/addresses.ts';
import { defineEndpoint, type Endpoint } from '#src/define-route.ts';
import { collectCapsule } from '#src/evidence-packs/collect-capsule.ts';
import { packFileOf } from '#src/evidence-packs/export-pack.ts';
import { languages } from '#src/languages/languages.ts';
import { findController } from '#src/register/controller.ts';
import { actorOf, type Caller } from '#src/staff/caller.ts';
import { namesOfStaff } from '#src/staff/find-staff.ts';
import { type AddressKey, keepingGrounds, MOST_MONTHS } from './capsule.ts';
import { listCapsules, shortenCapsule } from './capsules.ts';
import { decideOpening } from './decide-opening.ts';
import { findOpening, listOpenings, type Opening, openingGrounds } from './list-openings.ts';
import { openEvidence } from './open-evidence.ts';
import { findEvidencePolicy, saveEvidencePolicy } from './policy.ts';
import { requestOpening } from './request-opening.ts';
import { tellOfErasure } from './tell-of-erasure.ts';

const day = z.iso.date();

const policyShape = z
  .object({
    keepsByDefault: z.boolean(),
    ground: z.enum(keepingGrounds),
    necessity: z.string().nullable(),
    retentionMonths: z.int(),
  })
  .meta({ id: 'EvidencePolicy' });

const openingShape = z
  .object({
    id: z.string(),
    ground: z.enum(openingGrounds),
    reference: z.string(),
    status: z.enum(['waiting', 'approved', 'refused', 'opened', 'lapsed']),
    requestedBy: z.object({ id: z.string(), name: z.string().nullable() }),
    requestedAt: moment,
    decidedBy: z.object({ id: z.string(), name: z.string().nullable() }).nullable(),
    decidedAt: moment.nullable(),
    openedAt: moment.nullable(),
    found: z.boolean().nullable(),
    /** When it lapses, while it is under way. */
    until: moment.nullable(),
  })
  .meta({ id: 'EvidenceOpening' });

const capsuleShape = z
  .object({ id: z.string(), ground: z.enum(keepingGrounds), sealedOn: day, keepUntil: day })
  .meta({ id: 'EvidenceCapsule' });

const eventShape = z.object({
  entry: z.string(),
  kind: z.string(),
  purpose: z.object({ slug: z.string(), version: z.int(), name: z.object({ bg: z.string(), en: z.string() }) }).nullable(),
  channel: z.string().nullable(),
  occurredAt: moment,
  method: z.string(),
  notice: z.object({ hash: z.string(), slug: z.string(), version: z.int() }).nullable(),
  language: z.string().nullable(),
  grade: z.string().nullable(),
  opens: z.boolean(),
  proven: z.boolean(),
});

/** An address as whoever has a claim states it. */
const address = z.strictObject({ kind: z.enum(['email', 'phone']), address: z.string().min(1).max(300) });

const openingParams = z.object({ id: publicId('evo') });

export const sealedEvidenceEndpoints: Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/evidence/policy',
    summary: 'Whether evidence of consents is kept when a person is erased, why, and for how long',
    policy: { right: 'evidence.read', scope: 'evidence.read' },
    reply: policyShape,
    handle: ({ db }) => findEvidencePolicy(db),
  }),
  defineEndpoint({
    method: 'PUT',
    path: '/evidence/policy',
    summary: 'Decide whether evidence is kept when nobody says so; keeping it needs a documented reason',
    policy: { right: 'evidence.open', scope: 'none' },
    body: z.strictObject({
      keepsByDefault: z.boolean(),
      ground: z.enum(keepingGrounds),
      necessity: z.string().trim().max(2000).nullable(),
      retentionMonths: z.int().min(1).max(MOST_MONTHS),
    }),
    reply: policyShape,
    async handle({ tx, body, caller, requestId }) {
      const necessity = body.necessity === '' ? null : body.necessity;
      if (body.keepsByDefault && (necessity?.length ?? 0) < 20) {
        throw invalidFields([{ field: 'necessity', code: 'too-short', values: { min: 20 } }]);
      }
      await saveEvidencePolicy(tx, { ...body, necessity }, staffIdOf(caller));
      await recordAudit(tx, {
        actor: actorOf(caller),
        action: 'evidence.policy-changed',
        detail: { keepsByDefault: body.keepsByDefault, months: body.retentionMonths },
        requestId,
      });
      return { ...body, necessity };
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/evidence/erasure-answer',
    summary: 'What to tell a person whose data are erased, with evidence kept or without',
    policy: { right: 'contacts.erase', scope: 'contacts.erase' },
    query: z.strictObject({
      language: z.enum(languages).optional(),
      ground: z.enum(keepingGrounds).optional(),
      months: z
        .string()
        .regex(/^\d{1,2}$/)
        .transform(Number)
        .pipe(z.int().min(1).max(MOST_MONTHS))
        .optional(),
    }),
    reply: z.object({ text: z.string() }),
    async handle({ db, services, query, language }) {
      const { ground } = query;
      const { retentionMonths } = await findEvidencePolicy(db);
      const keepUntil = services.now();
      keepUntil.setUTCMonth(keepUntil.getUTCMonth() + Math.min(query.months ?? retentionMonths, retentionMonths));
      const kept = ground && { ground, keepUntil: keepUntil.toISOString().slice(0, 10) };
      return { text: tellOfErasure(kept, await findController(db), query.language ?? language) };
    },
  }),

  defineEndpoint({
    method: 'GET',
    path: '/evidence/capsules',
    summary: 'What is kept of erased people: when each was sealed and when it goes; whose it is nobody sees',
    policy: { right: 'evidence.open', scope: 'none' },
    query: z.strictObject(wholeListQuery),
    reply: listOf(capsuleShape),
    handle: async ({ db }) => ({
      data: (await listCapsules(db)).map((capsule) => ({ ...capsule, id: toPublicId('cap', capsule.id) })),
      next: null,
    }),
  }),
  defineEndpoint({
    method: 'POST',
    path: '/evidence/capsules/:id/shorten',
    summary: 'Let kept evidence go sooner; a day that has come means now',
    policy: { right: 'evidence.open', scope: 'none' },
    params: z.object({ id: publicId('cap') }),
    body: z.strictObject({ keepUntil: day }),
    reply: 'nothing',
    async handle({ tx, params: { id }, body, caller, requestId }) {
      const outcome = await shortenCapsule(tx, id, body.keepUntil);
      if (outcome === 'unknown') throw notFound();
      if (outcome === 'later') throw invalidFields([{ field: 'keepUntil', code: 'only-sooner' }]);
      await recordAudit(tx, {
        actor: actorOf(caller),
        action: 'evidence.shortened',
        subject: { kind: 'evidence-capsule', id },
        detail: { until: body.keepUntil },
        requestId,
      });
    },
  }),

  defineEndpoint({
    method: 'GET',
    path: '/evidence/openings',
    summary: 'Requests to open evidence of erased people, newest first',
    policy: { right: 'evidence.open', scope: 'none' },
    query: z.strictObject(wholeListQuery),
    reply: listOf(openingShape),
    handle: async ({ db }) => ({ data: await presentOpenings(db, await listOpenings(db)), next: null }),
  }),
  defineEndpoint({
    method: 'POST',
    path: '/evidence/openings',
    summary: 'Ask whether evidence of the owner of an address is kept; a second person has to agree first',
    policy: { right: 'evidence.open', scope: 'none' },
    body: z.strictObject({
      ...address.shape,
      ground: z.enum(openingGrounds),
      reference: z
        .string()
        .trim()
        .min(3)
        .max(200)
        .refine((text) => !text.includes('@'), 'no-address-here'),
    }),
    reply: openingShape,
    status: 201,
    async handle({ tx, services, body, caller, requestId }) {
      const key = await readAddress(tx, body);
      const { ground, reference } = body;
      const id = await requestOpening(tx, services.keys, { address: key, ground, reference, requestedBy: staffIdOf(caller) });
      await recordAudit(tx, {
        actor: actorOf(caller),
        action: 'evidence.requested',
        subject: { kind: 'evidence-opening', id },
        detail: { ground },
        requestId,
      });
      return presentOpening(tx, await getOpening(tx, id));
    },
  }),
  ...(['approve', 'refuse'] as const).map((verb) =>
    defineEndpoint({
      method: 'POST',
      path: `/evidence/openings/:id/${verb}`,
      summary:
        verb === 'approve' ? 'Agree that evidence is opened; never one’s own request' : 'Do not agree that evidence is opened',
      policy: { right: 'evidence.open', scope: 'none' },
      params: openingParams,
      body: z.strictObject({}),
      reply: openingShape,
      async handle({ tx, params: { id }, caller, requestId }) {
        const decision = verb === 'approve' ? 'approved' : 'refused';
        const outcome = await decideOpening(tx, { id, decidedBy: staffIdOf(caller), decision });
        if (outcome === 'unknown') throw notFound();
        if (outcome === 'own-request') throw new AppError('second-person-needed', { status: 403 });
        if (outcome === 'not-waiting') throw new AppError('opening-not-waiting', { status: 409 });
        await recordAudit(tx, {
          actor: actorOf(caller),
          action: `evidence.${decision}`,
          subject: { kind: 'evidence-opening', id },
          requestId,
        });
        return presentOpening(tx, await getOpening(tx, id));
      },
    }),
  ),
  defineEndpoint({
    method: 'POST',
    path: '/evidence/openings/:id/open',
    summary: 'Open what is kept under the address, once: what was found, and the same as a signed ZIP (base64)',
    policy: { right: 'evidence.open', scope: 'none' },
    params: openingParams,
    body: address,
    reply: z.object({
      found: z.boolean(),
      capsules: z.array(capsuleShape.extend({ necessity: z.string() })),
      events: z.array(eventShape),
      pack: z.object({ fileName: z.string(), base64: z.string() }).nullable(),
    }),
    // Shown once: a repeated request is not answered from memory, where it would outlive its hour.
    answersSecret: true,
    async handle({ tx, services, params: { id }, body, caller }) {
      const openedBy = staffIdOf(caller);
      const capsules = await openEvidence(tx, services.keys, { id, openedBy, address: await readAddress(tx, body) });
      if (capsules === 'not-open') throw new AppError('opening-not-approved', { status: 409 });
      if (capsules === 'other-address') throw invalidFields([{ field: 'address', code: 'another-address' }]);
      if (capsules.length === 0) return { found: false, capsules: [], events: [], pack: null };
      const opening = await getOpening(tx, id);
      const names = await namesOfStaff(tx, [openedBy, opening.decidedBy ?? openedBy]);
      const content = await collectCapsule(services, tx, {
        opening,
        capsules,
        by: names.get(openedBy) ?? '',
        agreedBy: names.get(opening.decidedBy ?? '') ?? '',
      });
      const pack = await packFileOf(services, content);
      return {
        found: true,
        capsules: capsules.map(({ id: capsuleId, sealedOn, keepUntil, content: { ground, necessity } }) => ({
          id: toPublicId('cap', capsuleId),
          sealedOn,
          keepUntil,
          ground,
          necessity,
        })),
        events: capsules
          .flatMap(({ content: { events } }) => events)
          .map((event) => ({ ...event, opens: event.opens !== null, proven: event.tlogProof !== null })),
        pack: { fileName: pack.fileName, base64: pack.body.toString('base64') },
      };
    },
  }),
];

function staffIdOf(caller: Caller): string {
  // No key has the scope for any of these.
  if (caller.kind !== 'staff') throw new AppError('not-allowed', { status: 403 });
  return caller.staffMember.id;
}

async function readAddress(db: Database, typed: { kind: 'email' | 'phone'; address: string }): Promise<AddressKey> {
  const country = (await findController(db))?.country ?? 'BG';
  const read = typed.kind === 'email' ? readEmail(typed.address) : readPhone(typed.address, country);
  if ('problem' in read) throw invalidFields([{ field: 'address', code: read.problem }]);
  return { kind: typed.kind, matchKey: read.matchKey };
}

async function getOpening(db: Database, id: string): Promise<Opening> {
  const opening = await findOpening(db, id);
  if (!opening) throw notFound();
  return opening;
}

async function presentOpening(db: Database, opening: Opening) {
  const [presented] = await presentOpenings(db, [opening]);
  if (!presented) throw notFound();
  return presented;
}

async function presentOpenings(db: Database, openings: readonly Opening[]): Promise<z.input<typeof openingShape>[]> {
  const names = await namesOfStaff(
    db,
    openings.flatMap(({ requestedBy, decidedBy }) => [requestedBy, ...(decidedBy ? [decidedBy] : [])]),
  );
  const who = (id: string) => ({ id: toPublicId('stf', id), name: names.get(id) ?? null });
  return openings.map((opening) => ({
    id: toPublicId('evo', opening.id),
    ground: opening.ground,
    reference: opening.reference,
    status: opening.status,
    requestedBy: who(opening.requestedBy),
    requestedAt: opening.requestedAt.toISOString(),
    decidedBy: opening.decidedBy === null ? null : who(opening.decidedBy),
    decidedAt: isoOrNull(opening.decidedAt),
    openedAt: isoOrNull(opening.openedAt),
    found: opening.found,
    until: isoOrNull(opening.until),
  }));
}
