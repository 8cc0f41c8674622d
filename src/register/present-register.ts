import { z } from 'zod';
import { toPublicId } from '#platform/http/ids.ts';
import { isoOrNull, moment } from '#platform/http/list.ts';
import { presentPurpose, purposeShape } from '#src/purposes/present.ts';
import type { Caller } from '#src/staff/caller.ts';
import { dataSubjects, type Processor, safeguards, securityMeasures, specialConditions } from './activity.ts';
import { type Assessment, assessmentKinds } from './assessment.ts';
import type { RegisteredActivity } from './find-register.ts';
import { activityGaps, type ProcessorGap, processorGaps, processorGapsOf } from './gaps.ts';
import { fieldShape, presentField } from './present.ts';

const day = z.iso.date();

export const processorShape = z
  .object({
    id: z.string(),
    name: z.string(),
    service: z.string(),
    country: z.string(),
    contact: z.string().nullable(),
    contractReference: z.string().nullable(),
    contractDate: day.nullable(),
    safeguard: z.enum(safeguards).nullable(),
    safeguardNote: z.string().nullable(),
    subProcessors: z.array(z.object({ name: z.string(), country: z.string(), service: z.string() })),
    gaps: z.array(z.enum(processorGaps)),
    archivedAt: moment.nullable(),
  })
  .meta({ id: 'Processor' });

export function presentProcessor(processor: Processor): z.input<typeof processorShape> {
  const gaps: ProcessorGap[] = processorGapsOf(processor);
  return { ...processor, id: toPublicId('prc', processor.id), gaps, archivedAt: isoOrNull(processor.archivedAt) };
}

export const assessmentShape = z
  .object({
    kind: z.enum(assessmentKinds),
    /** Three steps, or the screening and Art. 35(7). */
    answers: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
    outcome: z.string(),
    reviewedOn: day,
    nextReviewOn: day.nullable(),
    updatedAt: moment,
  })
  .meta({ id: 'Assessment' });

export function presentAssessment(assessment: Assessment): z.input<typeof assessmentShape> {
  return { ...assessment, answers: { ...assessment.answers }, updatedAt: assessment.updatedAt.toISOString() };
}

export const activityShape = z
  .object({
    purpose: purposeShape,
    dataSubjects: z.array(z.enum(dataSubjects)),
    specialCondition: z.enum(specialConditions).nullable(),
    specialReason: z.string().nullable(),
    securityMeasures: z.array(z.enum(securityMeasures)),
    securityNote: z.string().nullable(),
    note: z.string().nullable(),
    reviewedOn: day.nullable(),
    nextReviewOn: day.nullable(),
    fields: z.array(fieldShape),
    /** Categories the purpose names that are no fields here. */
    otherData: z.array(z.string()),
    processors: z.array(processorShape),
    interests: assessmentShape.nullable(),
    impact: assessmentShape.nullable(),
    gaps: z.array(z.enum(activityGaps)),
  })
  .meta({ id: 'Activity' });

export function presentActivity(entry: RegisteredActivity, caller: Caller): z.input<typeof activityShape> {
  const { activity } = entry;
  return {
    purpose: presentPurpose(entry.purpose),
    dataSubjects: [...(activity?.dataSubjects ?? [])],
    specialCondition: activity?.specialCondition ?? null,
    specialReason: activity?.specialReason ?? null,
    securityMeasures: [...(activity?.securityMeasures ?? [])],
    securityNote: activity?.securityNote ?? null,
    note: activity?.note ?? null,
    reviewedOn: activity?.reviewedOn ?? null,
    nextReviewOn: activity?.nextReviewOn ?? null,
    fields: entry.fields.map((field) => presentField(field, caller)),
    otherData: [...entry.otherData],
    processors: entry.processors.map(presentProcessor),
    interests: entry.interests ? presentAssessment(entry.interests) : null,
    impact: entry.impact ? presentAssessment(entry.impact) : null,
    gaps: [...entry.gaps],
  };
}
