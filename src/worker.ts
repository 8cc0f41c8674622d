import { Logger, parseCronItems, run, type TaskList } from 'graphile-worker';
import { inTransaction } from '#platform/database/connect.ts';
import { startJobs } from '#platform/jobs/run-jobs.ts';
import { askAgain } from '#src/approaches/ask-again.ts';
import { noteSilence } from '#src/approaches/note-silence.ts';
import { tellOfChanges } from '#src/approaches/tell-of-changes.ts';
import { expireConsents } from '#src/consent/expire-consents.ts';
import { keepCoverage } from '#src/data-coverage/keep-coverage.ts';
import { startDelivery } from '#src/delivery/start-delivery.ts';
import { lookForDuplicates } from '#src/duplicates/find-duplicates.ts';
import { everyJob } from '#src/every-job.ts';
import { forgetChosen } from '#src/exports/forget-chosen.ts';
import { forgetOldAttempts } from '#src/forms/count-attempts.ts';
import { expireSubmissions } from '#src/forms/expire-submissions.ts';
import { forgetHeld } from '#src/forms/held-submissions.ts';
import { refreshPublishedForms } from '#src/forms/publish-form-version.ts';
import { forgetOldAnswers } from '#src/idempotency/recall-answer.ts';
import { forgetOldImports } from '#src/imports/settle-imports.ts';
import { noteTold } from '#src/information-duty/note-told.ts';
import { startAttesting } from '#src/ledger/start-attesting.ts';
import { startSequencing } from '#src/ledger/start-sequencing.ts';
import { startVerifying } from '#src/ledger/start-verifying.ts';
import { forgetMerges } from '#src/merging/forget-merges.ts';
import type { OpenServices } from '#src/open-services.ts';
import type { Readiness } from '#src/operations/readiness.ts';
import { expireQuarantine } from '#src/quarantine/expire-quarantine.ts';
import { startSweep } from '#src/retention/sweep-retention.ts';
import { forgetExpiredEvidence } from '#src/sealed-evidence/capsules.ts';
import type { Services } from '#src/services.ts';
import { forgetOldSignIns } from '#src/staff/limit-sign-in.ts';
import { keepPagesInUse } from '#src/time-machine/keep-pages-in-use.ts';

export interface Worker {
  /** Takes no new work and lets what is under way end. */
  stop(): Promise<void>;
}

interface Sweep {
  readonly name: string;
  /** Five fields of cron, in UTC. */
  readonly cron: string;
  readonly sweep: (services: Services) => Promise<unknown>;
}

/** What is done by the clock. Each may run again at any time and then finds nothing left to do. */
const sweeps: readonly Sweep[] = [
  { name: 'expire-consents', cron: '*/5 * * * *', sweep: ({ db }) => expireConsents(db) },
  { name: 'expire-submissions', cron: '*/5 * * * *', sweep: expireSubmissions },
  { name: 'ask-again', cron: '*/10 * * * *', sweep: askAgain },
  { name: 'tell-of-changes', cron: '*/10 * * * *', sweep: tellOfChanges },
  { name: 'note-told', cron: '*/10 * * * *', sweep: ({ db }) => noteTold(db) },
  { name: 'note-silence', cron: '*/5 * * * *', sweep: ({ db }) => noteSilence(db) },
  // What a form says of the controller and its purposes must be true on the day it is shown (Art. 13); whoever changes
  // them publishes anew at once, and this finds what a restore or a new version of the product changed.
  { name: 'refresh-forms', cron: '7 * * * *', sweep: ({ db }) => inTransaction(db, refreshPublishedForms) },
  { name: 'keep-pages', cron: '12 * * * *', sweep: ({ db }) => inTransaction(db, keepPagesInUse) },
  { name: 'forget-old-attempts', cron: '37 * * * *', sweep: ({ db }) => forgetOldAttempts(db) },
  { name: 'forget-held', cron: '*/5 * * * *', sweep: ({ db }) => forgetHeld(db) },
  { name: 'forget-chosen', cron: '27 * * * *', sweep: ({ db }) => forgetChosen(db) },
  { name: 'forget-old-answers', cron: '17 * * * *', sweep: ({ db }) => inTransaction(db, forgetOldAnswers) },
  { name: 'forget-expired-evidence', cron: '47 * * * *', sweep: ({ db }) => forgetExpiredEvidence(db) },
  { name: 'look-for-duplicates', cron: '*/15 * * * *', sweep: lookForDuplicates },
  { name: 'forget-merges', cron: '57 * * * *', sweep: ({ db }) => forgetMerges(db) },
  // At night: it reads everybody.
  {
    name: 'retention',
    cron: '20 1 * * *',
    sweep: ({ db }) => inTransaction(db, (tx) => startSweep(tx, { kind: 'system' })),
  },
  { name: 'count-coverage', cron: '22 * * * *', sweep: ({ db }) => keepCoverage(db) },
  { name: 'expire-quarantine', cron: '*/20 * * * *', sweep: ({ db }) => expireQuarantine(db) },
  { name: 'forget-old-imports', cron: '*/10 * * * *', sweep: forgetOldImports },
  { name: 'forget-old-sign-ins', cron: '27 * * * *', sweep: ({ db }) => inTransaction(db, forgetOldSignIns) },
];

/** Delivers messages, puts the ledger's entries in order, and runs the sweeps in PostgreSQL's own queue, so that of several machines one does each. */
export async function startWorker({ services, pool, appUrl }: OpenServices, readiness: Readiness): Promise<Worker> {
  const taskList: TaskList = {};
  for (const { name, sweep } of sweeps) {
    taskList[name] = async () => {
      await sweep(services);
    };
  }
  const runner = await run({
    pgPool: pool,
    concurrency: 1,
    noHandleSignals: true,
    taskList,
    parsedCronItems: parseCronItems(
      sweeps.map(({ name, cron }) => ({ task: name, match: cron, identifier: name, options: { maxAttempts: 5 } })),
    ),
    logger: quietLogger(services.log),
  });
  readiness.worker = 'running';
  // Rejects when the worker dies by itself.
  runner.promise
    .catch((err: unknown) => services.log.error({ err }, 'the worker ended'))
    .finally(() => {
      readiness.worker = 'stopped';
    });

  const delivery = startDelivery(services, pool);
  const sequencing = startSequencing(services);
  const attesting = startAttesting(services);
  const verifying = startVerifying(services, appUrl);
  const jobs = startJobs(services, everyJob);

  return {
    async stop() {
      await Promise.all([runner.stop(), delivery.stop(), sequencing.stop(), attesting.stop(), verifying.stop(), jobs.stop()]);
    },
  };
}

/** Its messages quote payloads and errors, so only that there was one is passed on. */
function quietLogger(log: Services['log']): Logger {
  return new Logger((scope) => (level, _message, meta) => {
    const facts = { task: scope.taskIdentifier, job: scope.jobId, err: meta?.error };
    if (level === 'error') log.error(facts, 'a job failed');
    else if (level === 'warning') log.warn(facts, 'the worker warns');
  });
}
