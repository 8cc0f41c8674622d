import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database, Transaction } from '#platform/database/connect.ts';
import type { Log } from '#platform/log.ts';
import type { Job, Progress } from './job.ts';
import { beat, claimJob, countFailures, JobTakenOver, noteProgress, releaseJob } from './queries.ts';

/** A job in the hands of the worker that does it. */
export interface JobHandle
  extends Pick<Job, 'id' | 'subjectId' | 'parameters' | 'cursor' | 'done' | 'total' | 'counts' | 'requestedBy'> {
  /**
   * Writes down how far the work is, in the transaction of the piece it tells of: a kill at any moment neither repeats a piece
   * nor leaves one out.
   *
   * @throws JobTakenOver when the job is another worker's by now; the piece rolls back
   */
  checkpoint(tx: Transaction, progress: Progress): Promise<void>;
  /** Asked between pieces: whether to go on. If not, `run` returns `interrupted` and is called again, or not, as people wish. */
  mayGoOn(): boolean;
}

/** A kind of long work. */
export interface JobKind<S, R extends string = string> {
  readonly kind: string;
  /** Who may see it, pause it and stop it. */
  readonly right: R;
  /** May stand still for good in the middle: what was done stays, and people are told so. */
  run(services: S, job: JobHandle): Promise<'done' | 'interrupted'>;
  /** Somebody ended it for good before it was done, whether a worker was at it or not: what is to be tidied up. */
  stopped?(services: S, job: Job): Promise<void>;
}

interface Workplace {
  readonly db: Database;
  readonly log: Log;
}

const POLL_MS = 1_000;
const BEAT_MS = 5_000;
/** After so many failures in a row somebody must look. */
const PATIENCE = 5;

/** An error whose code people can be told; anything else is a defect. */
export class JobFailed extends Error {
  override readonly name = 'JobFailed';
  readonly code: string;

  constructor(code: string, cause?: unknown) {
    super(code, { cause });
    this.code = code;
  }
}

/** Does the job that waits longest, or the one of this id; answers whether there was one. */
export async function runOneJob<S extends Workplace>(
  services: S,
  kinds: readonly JobKind<S>[],
  options: { signal?: AbortSignal; id?: string } = {},
): Promise<boolean> {
  const { db, log } = services;
  const holder = randomUUID();
  const job = await claimJob(db, { kinds: kinds.map(({ kind }) => kind), holder, id: options.id });
  const kind = job && kinds.find((one) => one.kind === job.kind);
  if (!job || !kind) return false;

  let wish: Job['wish'] | undefined = job.wish;
  const heart = setInterval(() => {
    beat(db, job.id, holder).then(
      (told) => {
        wish = told;
      },
      (err: unknown) => log.warn({ err, job: job.id }, 'a job could not say that it is alive'),
    );
  }, BEAT_MS);
  const handle: JobHandle = {
    ...job,
    async checkpoint(tx, progress) {
      wish = await noteProgress(tx, job.id, holder, progress);
    },
    mayGoOn: () => wish === 'run' && !options.signal?.aborted,
  };
  try {
    const ended = await kind.run(services, handle);
    const state = ended === 'done' ? 'done' : 'waiting';
    const released = await releaseJob(db, job.id, holder, { state });
    if (released?.state === 'stopped') await kind.stopped?.(services, released);
  } catch (err) {
    if (err instanceof JobTakenOver) return true;
    log.error({ err, job: job.id, kind: job.kind }, 'a job failed');
    const known = err instanceof JobFailed;
    const failures = (await countFailures(db, job.id)) + 1;
    await releaseJob(
      db,
      job.id,
      holder,
      known || failures >= PATIENCE
        ? { state: 'failed', problem: known ? err.code : 'defect', failed: true }
        : { state: 'waiting', problem: 'defect', failed: true, after: `${2 ** failures} seconds` },
    );
  } finally {
    clearInterval(heart);
  }
  return true;
}

export interface JobRunner {
  /** Asks what is under way to stand still after its piece, and waits for it. */
  stop(): Promise<void>;
}

/** Does long work as it comes, two jobs at a time: an export need not wait for an import of hours. */
export function startJobs<S extends Workplace>(services: S, kinds: readonly JobKind<S>[]): JobRunner {
  const ended = new AbortController();

  async function work(): Promise<void> {
    while (!ended.signal.aborted) {
      let found = false;
      try {
        found = await runOneJob(services, kinds, { signal: ended.signal });
      } catch (err) {
        services.log.error({ err }, 'long work could not be taken up');
      }
      if (!found) await sleep(POLL_MS, undefined, { signal: ended.signal }).catch(() => {});
    }
  }

  const working = Promise.all([work(), work()]);
  return {
    async stop() {
      ended.abort();
      // Whoever stops the program does not wait for a piece that takes long: its transaction ends with the connection.
      await Promise.race([working, sleep(5_000)]);
    },
  };
}
