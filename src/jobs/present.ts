import { z } from 'zod';
import { toPublicId } from '#platform/http/ids.ts';
import { isoOrNull, moment } from '#platform/http/list.ts';
import { type Job, jobStates, paceOf } from '#platform/jobs/job.ts';

export const jobShape = z
  .object({
    id: z.string(),
    kind: z.string(),
    state: z.enum(jobStates),
    /** What a person wants of it: while a worker is at it, it may still be running. */
    wish: z.enum(['run', 'pause', 'stop']),
    done: z.int(),
    total: z.int().nullable(),
    perSecond: z.number().nullable(),
    secondsLeft: z.int().nullable(),
    counts: z.record(z.string(), z.int()),
    problem: z.string().nullable(),
    requestedAt: moment,
    finishedAt: moment.nullable(),
  })
  .meta({ id: 'Job' });

/** Long work as everyone sees it who may see what it is about. */
export function presentJob(job: Job, now: Date): z.input<typeof jobShape> {
  const { perSecond, secondsLeft } = paceOf(job, now);
  return {
    id: toPublicId('job', job.id),
    kind: job.kind,
    state: job.state,
    wish: job.wish,
    done: job.done,
    total: job.total ?? null,
    perSecond: perSecond === undefined ? null : Math.round(perSecond * 10) / 10,
    secondsLeft: secondsLeft === undefined ? null : Math.ceil(secondsLeft),
    counts: { ...job.counts },
    problem: job.problem ?? null,
    requestedAt: job.requestedAt.toISOString(),
    finishedAt: isoOrNull(job.finishedAt),
  };
}
