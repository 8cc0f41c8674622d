import { sql } from 'kysely';
import { z } from 'zod';
import { AppError, notFound } from '#platform/app-error.ts';
import type { Database, Transaction } from '#platform/database/connect.ts';
import { publicId, toPublicId } from '#platform/http/ids.ts';
import { moment } from '#platform/http/list.ts';
import { type AuditAction, recordAudit } from '#src/audit/record-audit.ts';
import type { ConsentAct } from '#src/consent/act.ts';
import { endBasis } from '#src/consent/assert-basis.ts';
import { objectTo } from '#src/consent/object.ts';
import { recordSpokenConsent, type SpokenConsent } from '#src/consent/record-spoken-consent.ts';
import { liftRestriction, restrict } from '#src/consent/restrict.ts';
import { withdrawConsent } from '#src/consent/withdraw-consent.ts';
import { askToConfirmAddress } from '#src/contacts/confirm-address.ts';
import { findContactState } from '#src/contacts/find-contact-state.ts';
import { defineEndpoint, type Endpoint } from '#src/define-route.ts';
import { awaitHandOvers } from '#src/delivery/await-hand-overs.ts';
import { readEvidence } from '#src/evidence-files/keep-evidence.ts';
import { type Language, languages } from '#src/languages/languages.ts';
import { livingOf, speakFor } from '#src/merging/find-living.ts';
import { findPurpose } from '#src/purposes/find-purpose.ts';
import { channelShape } from '#src/purposes/present.ts';
import type { Purpose } from '#src/purposes/purpose.ts';
import { purposeReference } from '#src/purposes/routes.ts';
import { recordSource } from '#src/sources/record-source.ts';
import { actorOf, type Caller } from '#src/staff/caller.ts';
import { coverageEndpoint } from './coverage-route.ts';
import { permissionsOf } from './permissions-of.ts';
import { permissionShape, presentPermission } from './present.ts';

const params = z.object({ id: publicId('con') });
const policy = { right: 'permissions.write', scope: 'permissions.write' } as const;
const passportShape = z.array(permissionShape);

/** How the person said it, to whoever records it. */
const said = {
  method: z.enum(['phone', 'in-person', 'post', 'email']),
  note: z.string().trim().max(500).optional(),
};

const SPOKEN_BODY_LIMIT = 15 * 1024 * 1024;
const spokenOutcome = z.enum(['given', 'to-confirm']);
const spokenBody = z.strictObject({
  purpose: purposeReference,
  channel: channelShape,
  language: z.enum(languages),
  /** The exact text: one that is recorded, or typed here. */
  text: z.union([
    z.strictObject({ slug: z.string().max(100), version: z.int().min(1) }),
    z.strictObject({ typed: z.string().trim().min(1).max(20_000) }),
  ]),
  at: moment.transform((text) => new Date(text)).refine((at) => at.getTime() <= Date.now(), 'in-the-future'),
  how: z.enum(['phone', 'paper', 'in-person']),
  initiative: z.enum(['person', 'company']),
  /** Where the purpose is offered to children too: that the person said they are old enough to agree (Art. 8). */
  ofAge: z.boolean().optional(),
  takenBy: z.string().trim().min(1).max(200).optional(),
  note: z.string().trim().min(1).max(2000).optional(),
  /** PDF, JPEG, PNG, WebP or audio (MP3, M4A, OGG, WAV), at most 10 MB, in Base64. */
  file: z.string().max(14_000_000).optional(),
});

const speaksOf = ({ id }: { id: string }) => id;
/** Nobody is told "you are unsubscribed" while a message is still being handed over. */
const afterCommit = async ({ db, params: { id } }: { db: Database; params: { id: string } }) => {
  await awaitHandOvers(db, await livingOf(db, id));
};

export const permissionEndpoints: Endpoint[] = [
  coverageEndpoint,
  defineEndpoint({
    method: 'GET',
    path: '/contacts/:id/permissions',
    summary: 'The lawfulness passport: what may be done with a person’s data, and why',
    policy: { right: 'permissions.read', scope: 'permissions.read' },
    params,
    reply: passportShape,
    async handle({ db, params: { id }, language }) {
      await requireContact(db, id);
      return passport(db, id, language);
    },
  }),

  defineEndpoint({
    method: 'POST',
    path: '/contacts/:id/permissions/withdraw',
    summary: 'Record that the person withdrew (Art. 7(3)); where the ground was not consent, that they objected (Art. 21)',
    policy,
    params,
    body: z.strictObject({ purpose: purposeReference, channel: channelShape, ...said }),
    reply: passportShape,
    speaksOf,
    afterCommit,
    async handle({ tx, params: { id }, body, caller, language, requestId }) {
      await requireContact(tx, id);
      const purpose = await requirePurpose(tx, body.purpose);
      const act = { ...(await actOf(tx, id, body, caller, language)), purpose, channel: body.channel };
      const byConsent = purpose.legalBasis === 'consent';
      if (byConsent) await withdrawConsent(tx, act);
      else await objectTo(tx, act);
      await note(
        tx,
        byConsent ? 'permission.withdrawn' : 'permission.objected',
        { id, caller, requestId },
        { purpose: purpose.slug, channel: body.channel },
      );
      return passport(tx, id, language);
    },
  }),

  defineEndpoint({
    method: 'POST',
    path: '/contacts/:id/permissions/end-basis',
    summary: 'Record that a contract or other basis than consent has ended, on every channel; retention counts from then on',
    policy,
    params,
    body: z.strictObject({ purpose: purposeReference, ...said }),
    reply: passportShape,
    speaksOf,
    afterCommit,
    async handle({ tx, params: { id }, body, caller, language, requestId }) {
      await requireContact(tx, id);
      const purpose = await requirePurpose(tx, body.purpose);
      const act = { ...(await actOf(tx, id, body, caller, language)), purpose };
      const outcomes = [];
      for (const channel of purpose.channels) outcomes.push(await endBasis(tx, { ...act, channel }));
      if (!outcomes.includes('ended')) throw new AppError('no-basis-to-end', { status: 409 });
      await note(tx, 'permission.basis-ended', { id, caller, requestId }, { purpose: purpose.slug });
      return passport(tx, id, language);
    },
  }),

  defineEndpoint({
    method: 'POST',
    path: '/contacts/:id/permissions/consent',
    summary: 'Record a consent given by phone, on paper or in person, with what shows it',
    policy,
    params,
    body: spokenBody,
    bodyLimit: SPOKEN_BODY_LIMIT,
    reply: z.object({ outcome: spokenOutcome, entryId: z.string(), permissions: passportShape }),
    status: 201,
    speaksOf,
    async handle({ services, tx, params: { id }, body, caller, language, requestId }) {
      const { outcome, entry } = await recordSpokenConsent(tx, services, await spokenOf(tx, id, body, caller));
      await note(
        tx,
        'permission.consent-recorded',
        { id, caller, requestId },
        { channel: body.channel, how: body.how, outcome, evidence: body.file ? 'file' : 'note' },
      );
      return { outcome, entryId: toPublicId('led', entry.id), permissions: await passport(tx, id, language) };
    },
  }),

  defineEndpoint({
    method: 'POST',
    path: '/contacts/:id/permissions/foresee-consent',
    summary: 'What recording such a consent would mean, without recording it',
    policy,
    params,
    body: spokenBody,
    bodyLimit: SPOKEN_BODY_LIMIT,
    reply: z.object({ outcome: spokenOutcome, permission: permissionShape }),
    async handle({ services, tx, params: { id }, body, caller, language }) {
      // It is done, looked at, and undone: no second set of rules could foresee as truly.
      await sql`savepoint foreseeing`.execute(tx);
      const consent = await spokenOf(tx, id, body, caller);
      const { outcome } = await recordSpokenConsent(tx, services, consent);
      const line = (await permissionsOf(tx, id)).find(
        (one) => one.purpose.id === consent.purpose.id && one.channel === consent.channel,
      );
      await sql`rollback to savepoint foreseeing`.execute(tx);
      if (!line) throw notFound();
      return { outcome, permission: presentPermission(line, language) };
    },
  }),

  defineEndpoint({
    method: 'POST',
    path: '/contacts/:id/confirm-address',
    summary: 'Ask again at a new e-mail address whether it is the person’s; what they agreed to waits until it is confirmed',
    policy: { right: 'contacts.write', scope: 'contacts.write' },
    params,
    body: z.strictObject({}),
    reply: z.object({ outcome: z.enum(['asked', 'none-waits', 'asked-lately']) }),
    async handle({ services, tx, params: { id }, caller, requestId }) {
      await requireContact(tx, id);
      const outcome = await askToConfirmAddress(tx, services, id);
      if (outcome === 'asked') await note(tx, 'contact.address-asked', { id, caller, requestId }, {});
      return { outcome };
    },
  }),

  defineEndpoint({
    method: 'POST',
    path: '/contacts/:id/permissions/object',
    summary: 'Record that the person objected (Art. 21), to one purpose or to all direct marketing',
    policy,
    params,
    body: z.strictObject({ purpose: purposeReference.nullish(), channel: channelShape.nullish(), ...said }),
    reply: passportShape,
    speaksOf,
    afterCommit,
    async handle({ tx, params: { id }, body, caller, language, requestId }) {
      await requireContact(tx, id);
      const purpose = body.purpose ? await requirePurpose(tx, body.purpose) : undefined;
      await objectTo(tx, {
        ...(await actOf(tx, id, body, caller, language)),
        ...(purpose ? { purpose } : {}),
        ...(body.channel ? { channel: body.channel } : {}),
      });
      await note(
        tx,
        'permission.objected',
        { id, caller, requestId },
        { purpose: purpose?.slug ?? null, channel: body.channel ?? null },
      );
      return passport(tx, id, language);
    },
  }),

  defineEndpoint({
    method: 'POST',
    path: '/contacts/:id/permissions/restrict',
    summary: 'Restrict processing (Art. 18): from now on the data may only be stored',
    policy,
    params,
    body: z.strictObject({ ground: z.enum(['a', 'b', 'c', 'd']), method: said.method.default('email'), note: said.note }),
    reply: passportShape,
    speaksOf,
    afterCommit,
    async handle({ tx, params: { id }, body, caller, language, requestId }) {
      await requireContact(tx, id);
      await restrict(tx, { ...(await actOf(tx, id, body, caller, language)), ground: body.ground });
      await note(tx, 'permission.restricted', { id, caller, requestId }, { ground: body.ground });
      return passport(tx, id, language);
    },
  }),

  defineEndpoint({
    method: 'POST',
    path: '/contacts/:id/permissions/lift-restriction',
    summary: 'End a restriction, after the person was told (Art. 18(3))',
    policy,
    params,
    body: z.strictObject({
      toldAt: moment
        .transform((text) => new Date(text))
        .refine((at) => at.getTime() <= Date.now(), 'in-the-future')
        .optional(),
      method: said.method.default('email'),
      note: said.note,
    }),
    reply: passportShape,
    speaksOf,
    async handle({ services, tx, params: { id }, body, caller, language, requestId }) {
      await requireContact(tx, id);
      await liftRestriction(tx, { ...(await actOf(tx, id, body, caller, language)), toldAt: body.toldAt ?? services.now() });
      await note(tx, 'permission.restriction-lifted', { id, caller, requestId }, {});
      return passport(tx, id, language);
    },
  }),
];

async function spokenOf(
  tx: Transaction,
  contactId: string,
  body: z.output<typeof spokenBody>,
  caller: Caller,
): Promise<SpokenConsent> {
  await requireContact(tx, contactId);
  const { file, takenBy, ...said } = body;
  return {
    ...said,
    contactId: (await speakFor(tx, contactId)).contactId,
    purpose: await requirePurpose(tx, body.purpose),
    takenBy: takenBy ?? (caller.kind === 'staff' ? caller.staffMember.name : 'API'),
    actor: actorOf(caller),
    file: file === undefined ? undefined : readEvidence(file),
  };
}

async function passport(db: Database, contactId: string, language: Language): Promise<z.input<typeof passportShape>> {
  return (await permissionsOf(db, await livingOf(db, contactId)))
    .filter(({ purpose }) => !purpose.isSystem)
    .map((permission) => presentPermission(permission, language));
}

async function requireContact(db: Database, id: string): Promise<void> {
  if (!(await findContactState(db, id))) throw notFound();
}

async function requirePurpose(db: Database, reference: string): Promise<Purpose> {
  const purpose = await findPurpose(db, reference);
  // Nobody decides about what the product itself needs: without it a person could never be asked to confirm anything.
  if (!purpose || purpose.isSystem) {
    throw new AppError('invalid-fields', { status: 422, fields: [{ field: 'purpose', code: 'unknown-purpose' }] });
  }

  return purpose;
}

/** What the ledger says about an act that a person did by word of mouth and a colleague wrote down. */
async function actOf(
  tx: Transaction,
  contactId: string,
  how: { method: string; note?: string | undefined },
  caller: Caller,
  language: Language,
): Promise<Omit<ConsentAct, 'purpose' | 'channel'>> {
  const actor = actorOf(caller);
  const createdBy = actor.kind === 'staff' ? actor.staffId : actor.apiKeyId;
  const sourceId = await recordSource(tx, { kind: 'person', label: how.method, obtainedFrom: 'data-subject', createdBy });

  // Whichever of united records they were found under, it is said of the person.
  const living = await speakFor(tx, contactId);
  const evidence = { ...(how.note ? { note: how.note } : {}), ...living.evidence };

  return {
    contactId: living.contactId,
    sourceId,
    actor,
    language,
    method: how.method,
    ...(Object.keys(evidence).length > 0 ? { evidence } : {}),
  };
}

async function note(
  tx: Transaction,
  action: AuditAction,
  by: { id: string; caller: Caller; requestId: string },
  detail: Readonly<Record<string, string | null>>,
): Promise<void> {
  await recordAudit(tx, {
    actor: actorOf(by.caller),
    action,
    subject: { kind: 'contact', id: by.id },
    detail,
    requestId: by.requestId,
  });
}
