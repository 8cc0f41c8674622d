import { z } from 'zod';
import { toPublicId } from '#platform/http/ids.ts';
import { isoOrNull, moment } from '#platform/http/list.ts';
import { recordAudit } from '#src/audit/record-audit.ts';
import { defineEndpoint, type Endpoint } from '#src/define-route.ts';
import { actorOf } from '#src/staff/caller.ts';
import { namesOfStaff } from '#src/staff/find-staff.ts';
import { describeLog } from './describe-log.ts';
import { requestVerification, type VerificationJob } from './verification-jobs.ts';

const jobShape = z
  .object({
    id: z.string(),
    cause: z.enum(['asked', 'sequencer']),
    requestedAt: moment,
    requestedBy: z.string().nullable(),
    startedAt: moment.nullable(),
    entriesDone: z.int(),
    /** An estimate; 0 when nobody knows. */
    entriesExpected: z.int(),
    finishedAt: moment.nullable(),
    holds: z.boolean().nullable(),
    findings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  })
  .meta({ id: 'LedgerVerification' });

export const logEndpoints: Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/ledger/state',
    summary: 'How the log of the ledger stands: size, checkpoint, what waits, key, verifications',
    policy: { right: 'ledger.read', scope: 'ledger.read' },
    reply: z
      .object({
        size: z.int(),
        checkpoint: z.object({ size: z.int(), root: z.string(), signedAt: moment }).nullable(),
        waiting: z.object({ count: z.int(), atLeast: z.boolean(), since: moment.nullable() }),
        key: z.object({ vkey: z.string(), from: moment }).nullable(),
        running: jobShape.nullable(),
        last: jobShape.nullable(),
        alarm: z.enum(['broken', 'stalled']).nullable(),
      })
      .meta({ id: 'LedgerState' }),
    async handle({ db }) {
      const { size, checkpoint, waiting, key, running, last, alarm } = await describeLog(db);
      const names = await namesOfStaff(
        db,
        [running, last].flatMap((job) => job?.requestedBy ?? []),
      );
      return {
        size,
        checkpoint: checkpoint
          ? { size: checkpoint.size, root: checkpoint.root.toString('hex'), signedAt: checkpoint.signedAt.toISOString() }
          : null,
        waiting: { count: waiting.count, atLeast: waiting.atLeast, since: isoOrNull(waiting.since) },
        key: key ? { vkey: key.vkey, from: key.from.toISOString() } : null,
        running: running ? presentJob(running, names) : null,
        last: last ? presentJob(last, names) : null,
        alarm: alarm ?? null,
      };
    },
  }),

  defineEndpoint({
    method: 'POST',
    path: '/ledger/verifications',
    summary: 'Verify the whole ledger; the answer is its progress so far',
    // Whoever may read the ledger may doubt it: it changes nothing of it.
    policy: { right: 'ledger.read', scope: 'none' },
    body: z.strictObject({}),
    reply: jobShape,
    status: 202,
    async handle({ tx, caller, requestId }) {
      const job = await requestVerification(tx, caller.kind === 'staff' ? caller.staffMember.id : null);
      await recordAudit(tx, { actor: actorOf(caller), action: 'ledger.verified', requestId });
      return presentJob(job, new Map());
    },
  }),
];

function presentJob(job: VerificationJob, names: ReadonlyMap<string, string>): z.input<typeof jobShape> {
  return {
    id: toPublicId('ver', job.id),
    cause: job.cause,
    requestedAt: job.requestedAt.toISOString(),
    requestedBy: (job.requestedBy && names.get(job.requestedBy)) || null,
    startedAt: isoOrNull(job.startedAt),
    entriesDone: job.entriesDone,
    entriesExpected: job.entriesExpected,
    finishedAt: isoOrNull(job.finishedAt),
    holds: job.holds,
    findings: { ...job.findings },
  };
}
