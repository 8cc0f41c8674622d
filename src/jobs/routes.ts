import { z } from 'zod';
import { AppError, notFound } from '#platform/app-error.ts';
import type { Database, Transaction } from '#platform/database/connect.ts';
import { publicId } from '#platform/http/ids.ts';
import { wholeListQuery } from '#platform/http/list.ts';
import type { Job } from '#platform/jobs/job.ts';
import { findJob, listJobs, tellJob } from '#platform/jobs/start-job.ts';
import { recordAudit } from '#src/audit/record-audit.ts';
import { defineEndpoint, type Endpoint } from '#src/define-route.ts';
import { everyJob } from '#src/every-job.ts';
import { actorOf, type Caller } from '#src/staff/caller.ts';
import { mayRole } from '#src/staff/roles.ts';
import { jobShape, presentJob } from './present.ts';

const params = z.object({ id: publicId('job') });
/** Programs ask the slice a job belongs to; this is the tray of whoever signed in. */
const policy = { right: 'signed-in', scope: 'none' } as const;

/** Kinds of work this caller may see. */
function kindsOf(caller: Caller): string[] {
  return everyJob
    .filter(({ right }) => caller.kind === 'staff' && mayRole(caller.staffMember.role, right))
    .map(({ kind }) => kind);
}

async function seen(db: Database, id: string, caller: Caller): Promise<Job> {
  const job = await findJob(db, id);
  if (!job || !kindsOf(caller).includes(job.kind)) throw notFound();
  return job;
}

export const jobEndpoints: Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/jobs',
    summary: 'Long work: what has not ended, and what ended within a day',
    policy,
    query: z.strictObject(wholeListQuery),
    reply: z.object({ data: z.array(jobShape), next: z.null() }),
    async handle({ db, caller, services }) {
      const jobs = await listJobs(db, kindsOf(caller));
      return { data: jobs.map((job) => presentJob(job, services.now())), next: null };
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/jobs/:id',
    summary: 'How far a piece of long work is',
    policy,
    params,
    reply: jobShape,
    handle: async ({ db, params: { id }, caller, services }) => presentJob(await seen(db, id, caller), services.now()),
  }),
  telling('pause', 'Let long work stand still after its present piece'),
  telling('resume', 'Let long work go on, or try again after it failed'),
  telling('stop', 'End long work after its present piece; what was done stays'),
];

const actionOf = { pause: 'job.paused', resume: 'job.resumed', stop: 'job.stopped' } as const;
type Verb = keyof typeof actionOf;

function telling(verb: Verb, summary: string): Endpoint {
  return defineEndpoint({
    method: 'POST',
    path: `/jobs/:id/${verb}`,
    summary,
    policy,
    params,
    body: z.strictObject({}),
    reply: jobShape,
    async handle({ tx, params: { id }, caller, services, requestId }) {
      const job = await seen(tx, id, caller);
      if (!(await tell(tx, id, verb))) throw new AppError('job-ended', { status: 409 });
      await recordAudit(tx, {
        actor: actorOf(caller),
        action: actionOf[verb],
        subject: { kind: 'job', id },
        detail: { kind: job.kind },
        requestId,
      });
      return presentJob(await seen(tx, id, caller), services.now());
    },
    // Where no worker is at it, nobody else will tidy up after it.
    async afterCommit({ services, db, params: { id } }) {
      const job = verb === 'stop' ? await findJob(db, id) : undefined;
      if (job?.state === 'stopped') await everyJob.find(({ kind }) => kind === job.kind)?.stopped?.(services, job);
    },
  });
}

function tell(tx: Transaction, id: string, verb: Verb): Promise<boolean> {
  return tellJob(tx, id, verb === 'resume' ? 'run' : verb);
}
