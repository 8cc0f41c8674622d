import type { Purpose } from '#src/purposes/purpose.ts';
import { type Activity, isThirdCountry, type Processor } from './activity.ts';
import type { Assessment } from './assessment.ts';
import type { FieldDefinition } from './field.ts';

/** What the register still owes of an activity, the gravest first. */
export const activityGaps = [
  'special-without-condition',
  'interests-missing',
  'interests-outweighed',
  'impact-unscreened',
  'impact-not-done',
  'transfer-undocumented',
  'subjects-missing',
  'never-reviewed',
  'review-due',
] as const;
export type ActivityGap = (typeof activityGaps)[number];

/** What it owes of a processor (Art. 28(3), 44–46). */
export const processorGaps = ['contract-missing', 'safeguard-missing'] as const;
export type ProcessorGap = (typeof processorGaps)[number];

/** What is missing or overdue: shown, and never filled in by a guess. */
export function gapsOf(
  about: {
    readonly purpose: Purpose;
    readonly activity: Activity | undefined;
    readonly fields: readonly FieldDefinition[];
    readonly interests: Assessment | undefined;
    readonly impact: Assessment | undefined;
  },
  processors: readonly Processor[],
  today: string,
): ActivityGap[] {
  const { purpose, activity, interests, impact } = about;
  const special = about.fields.filter((field) => field.specialCategory !== null);
  const isUnconditioned = special.some((field) => field.purposes.some(({ id, mayHold }) => id === purpose.id && !mayHold));
  const relies = purpose.legalBasis === 'legitimate-interests';
  const isSensitive = special.length > 0 || purpose.isMeasurement || purpose.needsAge;
  const due = [activity, relies ? interests : undefined, impact].some((one) => one?.nextReviewOn && one.nextReviewOn <= today);
  const isNamed = (name: string) =>
    processors.some((processor) => processor.name.toLowerCase() === name.toLowerCase() && processor.safeguard !== null);
  const undocumented = purpose.recipients.some(({ country, name }) => isThirdCountry(country) && !isNamed(name));
  const owed: Record<ActivityGap, boolean> = {
    'special-without-condition': isUnconditioned,
    'interests-missing': relies && !interests,
    'interests-outweighed': relies && interests?.outcome === 'may-not-rely',
    'impact-unscreened': isSensitive && !impact,
    'impact-not-done': impact?.outcome === 'needed',
    'transfer-undocumented': undocumented,
    'subjects-missing': !activity || activity.dataSubjects.length === 0,
    'never-reviewed': !activity?.reviewedOn,
    'review-due': due,
  };
  return activityGaps.filter((gap) => owed[gap]);
}

export function processorGapsOf(processor: Processor): ProcessorGap[] {
  const abroad = [processor, ...processor.subProcessors].some(({ country }) => isThirdCountry(country));
  const owed: Record<ProcessorGap, boolean> = {
    'contract-missing': processor.contractReference === null || processor.contractDate === null,
    'safeguard-missing': abroad && processor.safeguard === null,
  };
  return processorGaps.filter((gap) => owed[gap]);
}
