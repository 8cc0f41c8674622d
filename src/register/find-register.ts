import { sql } from 'kysely';
import { notFound } from '#platform/app-error.ts';
import type { Database } from '#platform/database/connect.ts';
import { listPurposes } from '#src/purposes/find-purpose.ts';
import type { Purpose } from '#src/purposes/purpose.ts';
import type { Activity, Processor, Security } from './activity.ts';
import type { Assessment } from './assessment.ts';
import { type Controller, findController } from './controller.ts';
import type { FieldDefinition } from './field.ts';
import { listFields } from './find-field.ts';
import { type ActivityGap, gapsOf, type ProcessorGap, processorGapsOf } from './gaps.ts';

/** One activity of processing: the purpose, and what belongs to it (Art. 30(1)(b)–(g)). */
export interface RegisteredActivity {
  readonly purpose: Purpose;
  readonly activity: Activity | undefined;
  readonly fields: readonly FieldDefinition[];
  /** Categories the purpose names that are no fields: data kept elsewhere. */
  readonly otherData: readonly string[];
  readonly processors: readonly Processor[];
  readonly interests: Assessment | undefined;
  readonly impact: Assessment | undefined;
  readonly gaps: readonly ActivityGap[];
}

export interface Register {
  readonly controller: Controller | undefined;
  readonly security: Security;
  readonly activities: readonly RegisteredActivity[];
  readonly processors: readonly (Processor & { readonly gaps: readonly ProcessorGap[] })[];
}

/** The whole register of processing activities as it is today; there are tens of activities. */
export async function findRegister(db: Database, today: string): Promise<Register> {
  const controller = await findController(db);
  const purposes = await listPurposes(db);
  const fields = await listFields(db);
  const activities = await listActivities(db);
  const processors = await listProcessors(db);
  const assessments = await listAssessments(db);
  return {
    controller,
    security: await findSecurity(db),
    processors: processors.map((processor) => ({ ...processor, gaps: processorGapsOf(processor) })),
    activities: purposes.map((purpose) => {
      const activity = activities.get(purpose.id);
      const of = (kind: Assessment['kind']) => assessments.get(`${purpose.id} ${kind}`);
      const own = fields.filter((field) => field.purposes.some(({ id }) => id === purpose.id));
      const parts = {
        purpose,
        activity,
        fields: own,
        otherData: purpose.dataCategories.filter((category) => !fields.some(({ key }) => key === category)),
        processors: processors.filter(({ id }) => activity?.processorIds.includes(id)),
        interests: of('legitimate-interests'),
        impact: of('impact'),
      };
      return { ...parts, gaps: gapsOf(parts, processors, today) };
    }),
  };
}

/** @throws AppError 404 */
export async function getRegisteredActivity(db: Database, purposeId: string, today: string): Promise<RegisteredActivity> {
  const found = (await findRegister(db, today)).activities.find(({ purpose }) => purpose.id === purposeId);
  if (!found) throw notFound();
  return found;
}

export async function findSecurity(db: Database): Promise<Security> {
  const row = await db.selectFrom('register_security').select(['measures', 'note', 'updated_at']).executeTakeFirst();
  return {
    measures: (row?.measures ?? []) as unknown as Security['measures'],
    note: row?.note ?? null,
    updatedAt: row?.updated_at ?? null,
  };
}

/** Processors in use (Art. 28), by name. */
export async function listProcessors(db: Database): Promise<Processor[]> {
  return selectProcessors(db, sql`archived_at is null`);
}

/** @throws AppError 404 */
export async function getProcessor(db: Database, id: string): Promise<Processor> {
  const [found] = await selectProcessors(db, sql`id = ${id}::uuid`);
  if (!found) throw notFound();
  return found;
}

async function selectProcessors(db: Database, where: ReturnType<typeof sql>): Promise<Processor[]> {
  // Calendar days stay texts: as moments they would be another day in another time zone.
  const { rows } = await sql<Processor>`
    select id, name, service, country, contact, contract_reference as "contractReference", contract_date::text as "contractDate",
           safeguard, safeguard_note as "safeguardNote", sub_processors as "subProcessors", archived_at as "archivedAt"
      from processor where ${where} order by lower(name), id`.execute(db);
  return rows;
}

async function listActivities(db: Database): Promise<ReadonlyMap<string, Activity>> {
  const { rows } = await sql<Activity & { purposeId: string }>`
    select purpose_id as "purposeId", data_subjects as "dataSubjects", special_condition as "specialCondition",
           special_reason as "specialReason", security_measures as "securityMeasures", security_note as "securityNote", note,
           processor_ids as "processorIds", reviewed_on::text as "reviewedOn", next_review_on::text as "nextReviewOn",
           updated_at as "updatedAt"
      from processing_activity`.execute(db);
  return new Map(rows.map(({ purposeId, ...activity }) => [purposeId, activity]));
}

async function listAssessments(db: Database): Promise<ReadonlyMap<string, Assessment>> {
  const { rows } = await sql<Assessment & { purposeId: string }>`
    select purpose_id as "purposeId", kind, answers, outcome, reviewed_on::text as "reviewedOn",
           next_review_on::text as "nextReviewOn", updated_at as "updatedAt"
      from assessment`.execute(db);
  return new Map(rows.map(({ purposeId, ...assessment }) => [`${purposeId} ${assessment.kind}`, assessment as Assessment]));
}

/** What a part of the register said at each version, newest first. */
export function listRegisterVersions(db: Database, part: string, subject: string) {
  return db
    .selectFrom('register_version')
    .select(['version', 'definition', 'recorded_at'])
    .where('part', '=', part)
    .where('subject', '=', subject)
    .orderBy('version', 'desc')
    .limit(200)
    .execute();
}
