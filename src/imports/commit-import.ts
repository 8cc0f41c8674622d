import { sql } from 'kysely';
import { AppError } from '#platform/app-error.ts';
import { databaseNow } from '#platform/clock.ts';
import type { Database, OwnSession, Transaction } from '#platform/database/connect.ts';
import { inTransaction, onOwnSession } from '#platform/database/connect.ts';
import { JobFailed, type JobHandle, type JobKind } from '#platform/jobs/run-jobs.ts';
import { findJobOf, startJob } from '#platform/jobs/start-job.ts';
import { awaitHandOvers } from '#src/delivery/await-hand-overs.ts';
import { findAddressees } from '#src/delivery/find-addressees.ts';
import type { Services } from '#src/services.ts';
import type { Right } from '#src/staff/rights.ts';
import { getImport, lockImport, updateImport } from './find-import.ts';
import { type Ground, layGround } from './ground.ts';
import { DAYS_KEPT, type Import, type ImportCounts } from './import.ts';
import { planChunk } from './plan-chunk.ts';
import type { PersonPlan } from './plan-person.ts';
import { CHUNK_ROWS, type Chunk, readChunks } from './read-chunks.ts';
import { FileRefused } from './reading/file-refused.ts';
import { understanding } from './understanding.ts';
import { eraseUpload, uploadPath } from './uploads.ts';
import { countPlans, writeChunk } from './write-chunk.ts';

/** Who asks for work on an import. */
export type RequestedBy = Parameters<typeof startJob>[1]['requestedBy'];

/**
 * Asks for the commit of an import that has its settings. Source and purpose are written down here, and stay.
 *
 * @throws AppError 404; 409 `import-state`; 422
 */
export async function requestCommit(tx: Transaction, id: string, requestedBy: RequestedBy): Promise<string> {
  const one = await lockImport(tx, id);
  if (one.state !== 'ready' && one.state !== 'checked') throw new AppError('import-state', { status: 409 });
  const ground = await layGround(tx, one);
  await updateImport(tx, id, {
    state: 'committing',
    counts: '{}',
    purpose_id: ground.purpose.id,
    source_id: ground.sourceId,
    commit_started_at: sql<Date>`clock_timestamp()`,
  });
  // What a check found of single rows is found again, and better, by what happens now.
  await tx.deleteFrom('import_row').where('import_id', '=', id).execute();
  return startJob(tx, { kind: commitImport.kind, subjectId: id, total: one.checked?.rows, requestedBy });
}

interface Cursor {
  readonly row: number;
}

/**
 * Takes the people of a file, some thousand rows to a transaction, in which the job's progress is written down too: however
 * often it is killed, no row is taken twice and none is left out, and the outcome is that of one run.
 */
export const commitImport: JobKind<Services, Right> = commitBy(CHUNK_ROWS);

/** The same with chunks of another size, which must be a multiple of what is read at once or divide it. */
export function commitBy(chunkRows: number): JobKind<Services, Right> {
  return {
    kind: 'import-commit',
    right: 'imports.write',
    async run(services, job) {
      const one = await getImport(services.db, subjectOf(job));
      if (one.state !== 'committing') return 'done';
      const from = (job.cursor as Cursor | null)?.row ?? 0;
      const outcome = await withFile(services, one, chunkRows, async (chunks, own) => {
        const ground = await inTransaction(own.db, (tx) => layGround(tx, one));
        let counts: ImportCounts = job.counts;
        for await (const chunk of chunks(from + 1)) {
          const before = counts;
          const plans = await inChunkTransaction(own, async (tx) => {
            const made = await takeChunk(own, tx, ground, chunk);
            counts = countPlans(made, before);
            const done = counts.rows ?? 0;
            await job.checkpoint(tx, {
              done,
              total: one.checked?.rows ?? estimate(done, chunk.bytesRead, one.bytes),
              cursor: { row: chunk.lastRow } satisfies Cursor,
              counts: counts as Readonly<Record<string, number>>,
            });
            return made;
          });
          await letHandOversEnd(services.db, plans);
          if (!job.mayGoOn()) return 'interrupted' as const;
        }
        return 'done' as const;
      });
      if (outcome === 'done') await endCommit(services, one.id, 'committed');
      return outcome;
    },
    stopped: (services, job) => endCommit(services, subjectOf(job), 'stopped'),
  };
}

export function subjectOf(job: Pick<JobHandle, 'subjectId'>): string {
  if (!job.subjectId) throw new Error('work on an import names the import');
  return job.subjectId;
}

/** Opens an import's file and a session of its own for it. */
export async function withFile<T>(
  services: Services,
  one: Import,
  chunkRows: number,
  work: (chunks: (from: number) => AsyncGenerator<Chunk>, own: OwnSession) => Promise<T>,
): Promise<T> {
  const path = uploadPath(services.config, one.id);
  const ended = new AbortController();
  try {
    const understand = await understanding(services.db, path, one);
    return await onOwnSession(services.db, async (own) => {
      // A million addresses enter the index of search in large pieces, or it would take most of the time.
      await own.client.query(`set work_mem = '64MB'; set gin_pending_list_limit = '16MB'`);
      return work(
        (from) => readChunks(path, one.file, { from, chunkRows, understand, keys: services.keys, signal: ended.signal }),
        own,
      );
    });
  } catch (cause) {
    if (cause instanceof FileRefused) throw new JobFailed(cause.code, cause);
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') throw new JobFailed('import-file-missing', cause);
    throw cause;
  } finally {
    ended.abort();
  }
}

/** What could have been taken is known once the rows are; before that, from how much of the file they were. */
export function estimate(done: number, bytesRead: number, bytes: number): number {
  return bytesRead >= bytes || bytesRead === 0 ? done : Math.round((done * bytes) / bytesRead);
}

async function takeChunk(own: OwnSession, tx: Transaction, ground: Ground, chunk: Chunk): Promise<PersonPlan[]> {
  const plans = await planChunk(tx, chunk.people, {
    ground,
    now: await databaseNow(tx),
    ours: (contactIds) => oursAmong(tx, ground.importId, contactIds),
  });
  await writeChunk(own, tx, ground.importId, plans, chunk.rows);
  return plans;
}

async function oursAmong(tx: Transaction, importId: string, contactIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (contactIds.length === 0) return new Set();
  const { rows } = await sql<{ contact_id: string }>`
    select distinct contact_id from import_row where import_id = ${importId} and contact_id = any(${contactIds}::uuid[])
      and outcome <> 'refused'`.execute(tx);
  return new Set(rows.map(({ contact_id }) => contact_id));
}

/** Somebody who signs up, is edited or erased at the same moment may win; the rows are then decided about once more. */
const LOST_A_RACE = new Set(['23505', '40P01', '40001']);
const ATTEMPTS = 5;

async function inChunkTransaction<T>(own: OwnSession, work: (tx: Transaction) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await inTransaction(own.db, work);
    } catch (cause) {
      if (attempt === ATTEMPTS || !LOST_A_RACE.has((cause as { code?: string }).code ?? '')) throw cause;
    }
  }
}

/** Messages that were allowed before these people's no came in have ended, or been seen through, before it is called done. */
async function letHandOversEnd(db: Database, plans: readonly PersonPlan[]): Promise<void> {
  const saidNo = plans.flatMap(({ add, contactId, entries }) =>
    !add && contactId !== null && entries.some(({ kind }) => kind === 'consent-withdrawn' || kind === 'objected')
      ? [contactId]
      : [],
  );
  for (const contactId of await findAddressees(db, saidNo)) await awaitHandOvers(db, contactId);
}

/** Ends a commit for good: from now on it can be undone, and the file is not needed any more. */
export async function endCommit(services: Services, id: string, as: 'committed' | 'stopped'): Promise<void> {
  await inTransaction(services.db, async (tx) => {
    const one = await lockImport(tx, id);
    if (one.state !== 'committing') return;
    const job = await findJobOf(tx, commitImport.kind, id);
    await updateImport(tx, id, {
      state: as,
      counts: JSON.stringify(job?.counts ?? {}),
      committed_at: sql<Date>`clock_timestamp()`,
      undo_until: sql<Date>`clock_timestamp() + make_interval(days => ${DAYS_KEPT})`,
    });
  });
  await dropFile(services, id);
}

/** Erases the file of an import that has ended. */
export async function dropFile(services: Pick<Services, 'db' | 'config'>, id: string): Promise<void> {
  await eraseUpload(services.config, id);
  await updateImport(services.db, id, { file_erased_at: sql<Date>`coalesce(file_erased_at, clock_timestamp())` });
}
