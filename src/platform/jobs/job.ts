export const jobStates = ['waiting', 'running', 'paused', 'failed', 'stopped', 'done'] as const;
export type JobState = (typeof jobStates)[number];

/** Numbers under codes that the dictionaries of the kind's slice know. */
export type Counts = Readonly<Record<string, number>>;

/** Work that takes longer than anyone waits for. `failed` is not the end: it can be taken up again, or stopped. */
export interface Job {
  readonly id: string;
  readonly kind: string;
  readonly subjectId: string | null;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly state: JobState;
  readonly wish: 'run' | 'pause' | 'stop';
  readonly cursor: unknown;
  readonly done: number;
  /** Undefined while nobody knows. */
  readonly total: number | undefined;
  readonly counts: Counts;
  readonly problem: string | undefined;
  readonly requestedBy: { readonly kind: 'staff' | 'api' | 'command' | 'system'; readonly id: string | null };
  readonly requestedAt: Date;
  readonly finishedAt: Date | undefined;
  /** Since when a worker has been at it this time, and what was done by then. */
  readonly started: { readonly at: Date; readonly done: number } | undefined;
}

/** How far a piece of work brought the job. */
export interface Progress {
  readonly done: number;
  readonly total?: number | undefined;
  /** Where the next piece begins. */
  readonly cursor: unknown;
  /** Replaces the counts that were there. */
  readonly counts?: Counts | undefined;
}

/** Things done a second, and seconds left, of a job that a worker is at; undefined while too little is known to say. */
export function paceOf(job: Job, now: Date): { perSecond: number | undefined; secondsLeft: number | undefined } {
  if (job.state !== 'running' || !job.started) return { perSecond: undefined, secondsLeft: undefined };
  const seconds = (now.getTime() - job.started.at.getTime()) / 1000;
  const done = job.done - job.started.done;
  if (seconds < 1 || done <= 0) return { perSecond: undefined, secondsLeft: undefined };
  const perSecond = done / seconds;
  return { perSecond, secondsLeft: job.total === undefined ? undefined : Math.max(0, (job.total - job.done) / perSecond) };
}
