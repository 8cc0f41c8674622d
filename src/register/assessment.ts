import { z } from 'zod';
import { calendarDay } from './activity.ts';

/** Signs of a high risk: the nine of WP 248 rev.01, endorsed by the EDPB, and the list of the supervisory authority (Art. 35(4)). */
export const impactCriteria = [
  'scoring',
  'automated-decisions',
  'monitoring',
  'sensitive-data',
  'large-scale',
  'matched-datasets',
  'vulnerable-people',
  'new-technology',
  'blocks-rights',
  'on-list',
] as const;
export type ImpactCriterion = (typeof impactCriteria)[number];

export const assessmentKinds = ['legitimate-interests', 'impact'] as const;
export type AssessmentKind = (typeof assessmentKinds)[number];

const text = z.string().trim().max(10_000);
const filled = text.min(1);
const when = { reviewedOn: calendarDay, nextReviewOn: calendarDay.nullable().default(null) };

/** The three steps: the interest, whether the processing is needed for it, whose interests weigh more (Art. 6(1)(f), recital 47). */
const legitimateInterests = z.strictObject({
  kind: z.literal('legitimate-interests'),
  answers: z.strictObject({ interest: filled, necessity: filled, balance: filled, measures: text.default('') }),
  outcome: z.enum(['may-rely', 'may-rely-with-measures', 'may-not-rely']),
  ...when,
});

const impact = z.strictObject({
  kind: z.literal('impact'),
  answers: z.strictObject({
    criteria: z.array(z.enum(impactCriteria)),
    reasons: text.default(''),
    // Art. 35(7)(a)–(d) and 35(2).
    description: text.default(''),
    necessity: text.default(''),
    risks: text.default(''),
    measures: text.default(''),
    advice: text.default(''),
  }),
  outcome: z.enum(['not-needed', 'needed', 'done']),
  ...when,
});

/** Two signs, or a place on the authority's list, usually mean a high risk. */
export function looksRisky(criteria: readonly ImpactCriterion[]): boolean {
  return criteria.includes('on-list') || criteria.length >= 2;
}

/** What the templates leave to be filled in. */
const BLANK = '[…]';

export const assessmentInput = z
  .discriminatedUnion('kind', [legitimateInterests, impact])
  .refine((one) => one.nextReviewOn === null || one.nextReviewOn > one.reviewedOn, {
    path: ['nextReviewOn'],
    error: 'after-the-last',
  })
  .refine(
    (one) => one.kind !== 'legitimate-interests' || one.outcome !== 'may-rely-with-measures' || one.answers.measures !== '',
    {
      path: ['answers', 'measures'],
      error: 'missing',
    },
  )
  // Whoever finds no high risk in spite of its signs must be able to say why.
  .refine(
    (one) =>
      one.kind !== 'impact' || one.outcome !== 'not-needed' || !looksRisky(one.answers.criteria) || one.answers.reasons !== '',
    { path: ['answers', 'reasons'], error: 'risky-needs-reasons' },
  )
  // A template nobody rewrote weighs nothing.
  .superRefine((one, context) => {
    const counts = one.kind === 'legitimate-interests' || one.outcome === 'done';
    for (const [part, said] of counts ? Object.entries(one.answers) : []) {
      if (typeof said === 'string' && said.includes(BLANK)) {
        context.addIssue({ code: 'custom', path: ['answers', part], message: 'template-unfilled' });
      }
    }
  })
  .superRefine((one, context) => {
    if (one.kind !== 'impact' || one.outcome !== 'done') return;
    for (const part of ['description', 'necessity', 'risks', 'measures'] as const) {
      if (one.answers[part] === '') context.addIssue({ code: 'custom', path: ['answers', part], message: 'missing' });
    }
  });
export type AssessmentInput = z.output<typeof assessmentInput>;

export type Assessment = AssessmentInput & { readonly updatedAt: Date };
