import type { FormSteps } from '../../api/form-types.ts';

export const steps = ['shown', 'problems', 'held', 'accepted', 'confirmed', 'rejected', 'expired'] as const;

export type Step = (typeof steps)[number];
export type StepSums = Record<Step, number>;

export function sumSteps(days: readonly FormSteps[]): StepSums {
  const sums = Object.fromEntries(steps.map((step) => [step, 0])) as StepSums;
  for (const day of days) for (const step of steps) sums[step] += day[step];

  return sums;
}

/** The day so many days ago, as the counts name it: YYYY-MM-DD in UTC. */
export function daysAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
}
