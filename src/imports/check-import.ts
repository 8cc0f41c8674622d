import { AppError } from '#platform/app-error.ts';
import { databaseNow } from '#platform/clock.ts';
import { inTransaction, type OwnSession, type Transaction } from '#platform/database/connect.ts';
import type { JobKind } from '#platform/jobs/run-jobs.ts';
import { startJob } from '#platform/jobs/start-job.ts';
import type { Services } from '#src/services.ts';
import type { Right } from '#src/staff/rights.ts';
import { estimate, type RequestedBy, subjectOf, withFile } from './commit-import.ts';
import { getImport, lockImport, updateImport } from './find-import.ts';
import { type Ground, layGround } from './ground.ts';
import type { Import, ImportCounts } from './import.ts';
import { planChunk } from './plan-chunk.ts';
import type { PersonPlan } from './plan-person.ts';
import { CHUNK_ROWS, type Chunk } from './read-chunks.ts';
import { SeenMarks } from './seen-marks.ts';
import { copyRows, countPlans, isTold } from './write-chunk.ts';

/**
 * Asks for a dry run: nobody is added or changed, and every row that would not come in whole is named.
 *
 * @throws AppError 404; 409 `import-state`
 */
export async function requestCheck(tx: Transaction, id: string, requestedBy: RequestedBy): Promise<string> {
  const one = await lockImport(tx, id);
  if (one.state !== 'ready' && one.state !== 'checked') throw new AppError('import-state', { status: 409 });
  await updateImport(tx, id, { state: 'checking' });
  return startJob(tx, { kind: checkImport.kind, subjectId: id, requestedBy });
}

/** Decides about every row as a commit would, and writes none of it but what must be told. Begins anew after a kill. */
export const checkImport: JobKind<Services, Right> = {
  kind: 'import-check',
  right: 'imports.write',
  async run(services, job) {
    const one = await getImport(services.db, subjectOf(job));
    if (one.state !== 'checking') return 'done';
    await services.db.deleteFrom('import_row').where('import_id', '=', one.id).execute();
    let counts: ImportCounts = {};
    const outcome = await withFile(services, one, CHUNK_ROWS, async (chunks, own) => {
      const seen = new SeenMarks();
      for await (const chunk of chunks(1)) {
        const plans = await judgeChunk(own, one, chunk, seen);
        counts = countPlans(plans, counts);
        const told = plans.filter(({ outcome: of, codes }) => isTold(codes) || of === 'refused' || of === 'problem');
        await inTransaction(own.db, async (tx) => {
          await copyRows(own, one.id, told, chunk.rows);
          const done = counts.rows ?? 0;
          const total = estimate(done, chunk.bytesRead, one.bytes);
          await job.checkpoint(tx, { done, total, cursor: null, counts: counts as Readonly<Record<string, number>> });
        });
        if (!job.mayGoOn()) return 'interrupted' as const;
      }
      return 'done' as const;
    });
    if (outcome === 'done') await endCheck(services, one.id, counts);
    return outcome;
  },
  stopped: (services, job) => endCheck(services, subjectOf(job), null),
};

/** @param counts null where it was stopped */
export async function endCheck(services: Pick<Services, 'db'>, id: string, counts: ImportCounts | null): Promise<void> {
  await inTransaction(services.db, async (tx) => {
    const { state } = await lockImport(tx, id);
    if (state !== 'checking') return;
    await updateImport(tx, id, {
      state: counts ? 'checked' : 'ready',
      checked: counts && JSON.stringify(counts),
      counts: JSON.stringify(counts ?? {}),
    });
  });
}

class Undone extends Error {}

/** What a commit would decide; everything it would need to write for that is rolled back. */
async function judgeChunk(own: OwnSession, one: Import, chunk: Chunk, seen: SeenMarks): Promise<PersonPlan[]> {
  let plans: PersonPlan[] = [];
  await inTransaction(own.db, async (tx) => {
    const ground: Ground = await layGround(tx, one);
    const made = await planChunk(tx, chunk.people, {
      ground,
      now: await databaseNow(tx),
      ours: async (ids) => new Set(ids.filter((id) => seen.has(markOf(id)))),
    });
    plans = made.map((plan) => ofCheck(plan, seen));
    throw new Undone();
  }).catch((cause) => {
    if (!(cause instanceof Undone)) throw cause;
  });
  return plans;
}

/** Somebody new who stood in an earlier row would be known by now. Nobody is there whom the plan could name. */
function ofCheck(plan: PersonPlan, seen: SeenMarks): PersonPlan {
  if (plan.outcome === 'problem' || plan.outcome === 'refused') return plan;
  if (!plan.add) {
    if (plan.contactId) seen.add(markOf(plan.contactId));
    return plan;
  }
  const marks = plan.points.filter(({ kind }) => kind === 'email').map(({ hash }) => hash);
  const isRepeated = marks.map((mark) => seen.add(mark)).some(Boolean);
  const nobody = { ...plan, contactId: null, matchHash: marks[0] ?? null };
  return isRepeated ? { ...nobody, outcome: 'duplicate' } : nobody;
}

function markOf(contactId: string): Buffer {
  // The end of a version 7 UUID is random; its beginning is the time.
  return Buffer.from(contactId.replaceAll('-', '').slice(16), 'hex');
}
