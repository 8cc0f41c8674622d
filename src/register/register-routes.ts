import { z } from 'zod';
import { AppError } from '#platform/app-error.ts';
import { publicId } from '#platform/http/ids.ts';
import { listOf, moment, wholeListQuery } from '#platform/http/list.ts';
import { type AuditAction, recordAudit } from '#src/audit/record-audit.ts';
import { defineEndpoint, type Endpoint, type Saglasie } from '#src/define-route.ts';
import { languages } from '#src/languages/languages.ts';
import { actorOf, type Caller } from '#src/staff/caller.ts';
import { activityInput, processorInput, securityInput, securityMeasures } from './activity.ts';
import { assessmentInput, assessmentKinds } from './assessment.ts';
import { draftImpact, draftInterests } from './draft-assessment.ts';
import { ensureStarterRegister } from './ensure-starter-register.ts';
import { findRegister, getRegisteredActivity, listProcessors, listRegisterVersions } from './find-register.ts';
import { mapData } from './map-data.ts';
import { controllerShape, fieldShape, presentField } from './present.ts';
import {
  activityShape,
  assessmentShape,
  presentActivity,
  presentAssessment,
  presentProcessor,
  processorShape,
} from './present-register.ts';
import { saveActivity } from './save-activity.ts';
import { saveAssessment } from './save-assessment.ts';
import { archiveProcessor, saveProcessor } from './save-processor.ts';
import { saveSecurity } from './save-security.ts';
import { writeRegister } from './write-register.ts';
import { writeRegisterCsv } from './write-register-csv.ts';

const reading = { right: 'purposes.read', scope: 'purposes.read' } as const;
const writing = { right: 'register.write', scope: 'register.write' } as const;
const ofPurpose = z.object({ purpose: publicId('pur') });
const ofProcessor = z.object({ id: publicId('prc') });

const versionShape = z.object({ version: z.int(), recordedAt: moment, definition: z.record(z.string(), z.unknown()) });

/** The register of processing activities (Art. 30) and the map of data. */
export const registerEndpoints: Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/register',
    summary: 'The register of processing activities (Art. 30), with what is missing from it',
    policy: reading,
    reply: z.object({
      controller: controllerShape.nullable(),
      security: z.object({
        measures: z.array(z.enum(securityMeasures)),
        note: z.string().nullable(),
        updatedAt: moment.nullable(),
      }),
      activities: z.array(activityShape),
      processors: z.array(processorShape),
    }),
    async handle({ db, services, caller }) {
      const register = await findRegister(db, await today(services));
      const { security } = register;
      return {
        controller: register.controller ?? null,
        security: { ...security, measures: [...security.measures], updatedAt: security.updatedAt?.toISOString() ?? null },
        activities: register.activities.map((activity) => presentActivity(activity, caller)),
        processors: register.processors.map(presentProcessor),
      };
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/register/starter',
    summary: 'Enter what a small company starts with; what is there already stays as it is',
    policy: writing,
    body: z.strictObject({}),
    reply: z.object({ purposes: z.int(), activities: z.int() }),
    async handle({ tx, caller, requestId }) {
      const made = await ensureStarterRegister(tx, staffOf(caller));
      await recordAudit(tx, { actor: actorOf(caller), action: 'register.started', detail: { ...made }, requestId });
      return made;
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/register/activities/:purpose',
    summary: 'An activity of processing, with what it said at each version',
    policy: reading,
    params: ofPurpose,
    reply: activityShape.extend({ versions: z.array(versionShape) }),
    async handle({ db, services, params, caller }) {
      const activity = await getRegisteredActivity(db, params.purpose, await today(services));
      const versions = await listRegisterVersions(db, 'activity', params.purpose);
      return { ...presentActivity(activity, caller), versions: versions.map(presentVersion) };
    },
  }),
  defineEndpoint({
    method: 'PUT',
    path: '/register/activities/:purpose',
    summary: 'Say whom an activity concerns, who takes part, how it is kept secure, and when it was reviewed',
    policy: writing,
    params: ofPurpose,
    body: z.intersection(activityInput, z.object({ processors: z.array(publicId('prc')).max(100).default([]) })),
    reply: activityShape,
    async handle({ tx, services, params, body: { processors, ...activity }, caller, requestId }) {
      await saveActivity(tx, params.purpose, { ...activity, processorIds: processors }, staffOf(caller));
      await note(tx, 'register.activity-changed', { caller, requestId, purposeId: params.purpose });
      return presentActivity(await getRegisteredActivity(tx, params.purpose, await today(services)), caller);
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/register/activities/:purpose/assessments/:kind',
    summary: 'A legitimate-interest assessment or an impact screening, the template it begins with, and its versions',
    policy: reading,
    params: ofPurpose.extend({ kind: z.enum(assessmentKinds) }),
    query: z.strictObject({ language: z.enum(languages).optional() }),
    reply: z.object({
      assessment: assessmentShape.nullable(),
      template: assessmentShape.shape.answers,
      versions: z.array(versionShape),
    }),
    async handle({ db, services, params: { purpose, kind }, query, language }) {
      const entry = await getRegisteredActivity(db, purpose, await today(services));
      const assessment = kind === 'impact' ? entry.impact : entry.interests;
      const draft = kind === 'impact' ? draftImpact : draftInterests;
      const versions = await listRegisterVersions(db, 'assessment', `${purpose} ${kind}`);
      return {
        assessment: assessment ? presentAssessment(assessment) : null,
        template: { ...draft(entry, query.language ?? language) },
        versions: versions.map(presentVersion),
      };
    },
  }),
  defineEndpoint({
    method: 'PUT',
    path: '/register/activities/:purpose/assessments',
    summary: 'Record what was weighed: a legitimate interest in three steps, or whether an impact assessment is needed',
    policy: writing,
    params: ofPurpose,
    body: assessmentInput,
    reply: activityShape,
    async handle({ tx, services, params, body, caller, requestId }) {
      await saveAssessment(tx, params.purpose, body, staffOf(caller));
      await note(
        tx,
        'register.assessed',
        { caller, requestId, purposeId: params.purpose },
        { kind: body.kind, outcome: body.outcome },
      );
      return presentActivity(await getRegisteredActivity(tx, params.purpose, await today(services)), caller);
    },
  }),
  defineEndpoint({
    method: 'PUT',
    path: '/register/security',
    summary: 'Say which security measures hold for every activity (Art. 32)',
    policy: writing,
    body: securityInput,
    reply: 'nothing',
    async handle({ tx, body, caller, requestId }) {
      await saveSecurity(tx, body, staffOf(caller));
      await recordAudit(tx, { actor: actorOf(caller), action: 'register.security-changed', requestId });
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/register/processors',
    summary: 'Who processes data for us (Art. 28)',
    policy: reading,
    query: z.strictObject(wholeListQuery),
    reply: listOf(processorShape),
    handle: async ({ db }) => ({ data: (await listProcessors(db)).map(presentProcessor), next: null }),
  }),
  defineEndpoint({
    method: 'POST',
    path: '/register/processors',
    summary: 'Enter a processor with its contract, country and safeguards',
    policy: writing,
    body: processorInput,
    reply: processorShape,
    status: 201,
    async handle({ tx, body, caller, requestId }) {
      const processor = await saveProcessor(tx, undefined, body, staffOf(caller));
      await note(tx, 'register.processor-changed', { caller, requestId }, { processor: processor.id });
      return presentProcessor(processor);
    },
  }),
  defineEndpoint({
    method: 'PUT',
    path: '/register/processors/:id',
    summary: 'Change the entry of a processor',
    policy: writing,
    params: ofProcessor,
    body: processorInput,
    reply: processorShape,
    async handle({ tx, params: { id }, body, caller, requestId }) {
      const processor = await saveProcessor(tx, id, body, staffOf(caller));
      await note(tx, 'register.processor-changed', { caller, requestId }, { processor: id });
      return presentProcessor(processor);
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/register/processors/:id/archive',
    summary: 'A processor no longer works for us',
    policy: writing,
    params: ofProcessor,
    body: z.strictObject({}),
    reply: processorShape,
    async handle({ tx, params: { id }, caller, requestId }) {
      const processor = await archiveProcessor(tx, id);
      await note(tx, 'register.processor-archived', { caller, requestId }, { processor: id });
      return presentProcessor(processor);
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/register/export',
    summary: 'The register as a document that opens without network, or as a table (Art. 30(3)–(4))',
    policy: reading,
    query: z.strictObject({ format: z.enum(['html', 'csv']).default('html'), language: z.enum(languages).optional() }),
    reply: 'file',
    async handle({ db, services, query, language, caller, requestId }) {
      const register = await findRegister(db, await today(services));
      const { controller } = register;
      if (!controller) throw new AppError('controller-missing', { status: 409 });
      const spoken = query.language ?? language;
      await recordAudit(db, { actor: actorOf(caller), action: 'register.exported', detail: { format: query.format }, requestId });
      const fileName = `register-${await today(services)}-${spoken}.${query.format}`;
      return query.format === 'csv'
        ? { body: writeRegisterCsv(register, spoken), fileName, mediaType: 'text/csv; charset=utf-8' }
        : {
            body: writeRegister({ ...register, controller }, spoken, services.now()),
            fileName,
            mediaType: 'text/html; charset=utf-8',
          };
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/data-map',
    summary: 'Which field serves which purposes, and of how many people it is known',
    policy: reading,
    reply: z.object({
      fields: z.array(fieldShape.extend({ holders: z.object({ value: z.int(), isAbout: z.boolean() }) })),
    }),
    async handle({ db, caller }) {
      const mapped = await mapData(db);
      return { fields: mapped.map(({ field, holders }) => ({ ...presentField(field, caller), holders })) };
    },
  }),
];

/** The day it is where the company is: a review is due by its calendar. */
async function today(services: Saglasie['services']): Promise<string> {
  const row = await services.db.selectFrom('controller').select('time_zone').executeTakeFirst();
  return Temporal.Instant.fromEpochMilliseconds(services.now().getTime())
    .toZonedDateTimeISO(row?.time_zone ?? 'Europe/Sofia')
    .toPlainDate()
    .toString();
}

function staffOf(caller: Caller): string | null {
  return caller.kind === 'staff' ? caller.staffMember.id : null;
}

function presentVersion(version: { version: number; recorded_at: Date; definition: unknown }): z.input<typeof versionShape> {
  return {
    version: version.version,
    recordedAt: version.recorded_at.toISOString(),
    definition: version.definition as Record<string, unknown>,
  };
}

async function note(
  tx: Saglasie['tx'],
  action: AuditAction,
  { caller, requestId, purposeId }: { caller: Caller; requestId: string; purposeId?: string },
  detail: Record<string, string> = {},
): Promise<void> {
  const subject = purposeId ? { subject: { kind: 'purpose' as const, id: purposeId } } : {};
  await recordAudit(tx, { actor: actorOf(caller), action, ...subject, detail, requestId });
}
