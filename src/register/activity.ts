import { z } from 'zod';

/** Categories of data subjects (Art. 30(1)(c)). */
export const dataSubjects = [
  'customers',
  'prospects',
  'subscribers',
  'visitors',
  'suppliers',
  'partners',
  'employees',
  'applicants',
  'children',
  'others',
] as const;

/** Art. 9(2)(b)–(j), in the order of its letters; (a) is the purpose's own explicit consent. */
export const specialConditions = [
  'employment',
  'vital-interests',
  'non-profit',
  'made-public',
  'legal-claims',
  'public-interest',
  'health-care',
  'public-health',
  'research',
] as const;

/** Technical and organisational measures (Art. 32) a small company can honestly say it takes. */
export const securityMeasures = [
  'access-by-role',
  'own-accounts',
  'audit-log',
  'tamper-evidence',
  'pseudonymised-proof',
  'encrypted-transport',
  'encrypted-storage',
  'backups',
  'restore-tests',
  'updates',
  'locked-rooms',
  'confidentiality',
  'training',
  'incident-plan',
  'retention-checks',
] as const;

/** What the program does by itself, wherever it runs. */
export const builtInMeasures = ['access-by-role', 'own-accounts', 'audit-log', 'tamper-evidence', 'pseudonymised-proof'] as const;

/** Transfers to third countries (Art. 45, 46(2)(b), (c), (e)–(f), 49). */
export const safeguards = ['adequacy', 'standard-clauses', 'corporate-rules', 'code-or-certificate', 'derogation'] as const;

const europeanEconomicArea = new Set(
  'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK'.split(' '),
);

/** Whether data that go there leave the protection of the Regulation (Chapter V). */
export function isThirdCountry(country: string): boolean {
  return !europeanEconomicArea.has(country);
}

const line = (longest: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .regex(/^\P{Cc}*$/u, 'forbidden-characters');
const optional = <S extends z.ZodType>(schema: S) => schema.nullable().default(null);
const text = (longest: number) => z.string().trim().min(1).max(longest);
const country = z.string().regex(/^[A-Z]{2}$/);
/** 2026-12-31 */
export const calendarDay = z.iso.date();

const reviews = { reviewedOn: optional(calendarDay), nextReviewOn: optional(calendarDay) };
const inOrder = (entry: { reviewedOn: string | null; nextReviewOn: string | null }) =>
  entry.reviewedOn === null || entry.nextReviewOn === null || entry.nextReviewOn > entry.reviewedOn;
const notInOrder = { path: ['nextReviewOn'], error: 'after-the-last' };

/** What is said of an activity of processing besides its purpose. */
export const activityInput = z
  .strictObject({
    dataSubjects: z.array(z.enum(dataSubjects)).max(dataSubjects.length),
    specialCondition: optional(z.enum(specialConditions)),
    /** The law or facts the condition rests on. */
    specialReason: optional(text(2000)),
    securityMeasures: z.array(z.enum(securityMeasures)).default([]),
    securityNote: optional(text(5000)),
    note: optional(text(5000)),
    ...reviews,
  })
  .refine((activity) => activity.specialCondition === null || activity.specialReason !== null, {
    path: ['specialReason'],
    error: 'missing',
  })
  .refine(inOrder, notInOrder);

export const processorInput = z
  .strictObject({
    name: line(200),
    service: text(1000),
    country,
    contact: optional(line(300)),
    contractReference: optional(line(300)),
    contractDate: optional(calendarDay),
    safeguard: optional(z.enum(safeguards)),
    safeguardNote: optional(text(2000)),
    subProcessors: z
      .array(z.strictObject({ name: line(200), country, service: line(300) }))
      .max(100)
      .default([]),
  })
  .refine((processor) => processor.contractDate === null || processor.contractReference !== null, {
    path: ['contractReference'],
    error: 'missing',
  });
export type ProcessorInput = z.output<typeof processorInput>;

export const securityInput = z.strictObject({
  measures: z.array(z.enum(securityMeasures)),
  note: optional(text(5000)),
});

export interface Activity extends z.output<typeof activityInput> {
  /** Ids of processors that take part. */
  readonly processorIds: readonly string[];
  readonly updatedAt: Date;
}

export interface Processor extends ProcessorInput {
  readonly id: string;
  readonly archivedAt: Date | null;
}

export interface Security extends z.output<typeof securityInput> {
  readonly updatedAt: Date | null;
}
