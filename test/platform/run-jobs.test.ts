import { describe, expect, test } from 'vitest';
import { inTransaction } from '#platform/database/connect.ts';
import { paceOf } from '#platform/jobs/job.ts';
import { claimJob } from '#platform/jobs/queries.ts';
import { JobFailed, type JobHandle, type JobKind, runOneJob } from '#platform/jobs/run-jobs.ts';
import { findJob, findJobOf, listJobs, startJob, tellJob } from '#platform/jobs/start-job.ts';
import { createLog } from '#platform/log.ts';
import { useStore } from '#test/support/factories.ts';

const store = useStore();
const place = () => ({ db: store.db, log: createLog({ logLevel: 'silent' }) });
type Place = ReturnType<typeof place>;
const system = { kind: 'system' } as const;
let kinds = 0;

/** A kind that counts to `total` and calls `between` after each number. */
function counting(total: number, between: (handle: JobHandle, at: number) => Promise<void> | void = () => {}): JobKind<Place> {
  kinds += 1;
  return {
    kind: `count-${kinds}`,
    right: 'none',
    async run({ db }, job) {
      for (let at = Number(job.cursor ?? 0); at < total; at += 1) {
        if (!job.mayGoOn()) return 'interrupted';
        await inTransaction(db, (tx) => job.checkpoint(tx, { done: at + 1, total, cursor: at + 1, counts: { seen: at + 1 } }));
        await between(job, at + 1);
      }
      return 'done';
    },
  };
}

const begin = (kind: string, subjectId?: string) => store.write((tx) => startJob(tx, { kind, subjectId, requestedBy: system }));

describe('long work', () => {
  test('is done once, with its progress written down', async () => {
    const kind = counting(3);
    const id = await begin(kind.kind);
    expect(await runOneJob(place(), [kind])).toBe(true);
    expect(await findJob(store.db, id)).toMatchObject({ state: 'done', done: 3, total: 3, counts: { seen: 3 } });
    expect(await runOneJob(place(), [kind])).toBe(false);
  });

  test('asked for twice for the same subject is one job until it has ended', async () => {
    const kind = counting(1);
    const subject = '01920000-0000-7000-8000-00000000000a';
    const first = await begin(kind.kind, subject);
    expect(await begin(kind.kind, subject)).toBe(first);
    await runOneJob(place(), [kind]);
    const next = await begin(kind.kind, subject);
    expect(next).not.toBe(first);
    expect((await findJobOf(store.db, kind.kind, subject))?.id).toBe(next);
  });

  test('about something else is refused while one is unfinished, instead of being taken for it', async () => {
    const ask = (source: string) =>
      store.write((tx) => startJob(tx, { kind: 'tell-some', parameters: { source }, requestedBy: system }));
    const first = await ask('fair');
    expect(await ask('fair')).toBe(first);
    await expect(ask('shop')).rejects.toMatchObject({ code: 'work-under-way', status: 409 });
    await store.write((tx) => tellJob(tx, first, 'stop'));
    expect(await ask('shop')).not.toBe(first);
  });

  test('pauses after its piece, goes on from there, and stops for good', async () => {
    const seen: number[] = [];
    const kind = counting(6, async (job, at) => {
      seen.push(at);
      if (at === 2) await store.write((tx) => tellJob(tx, job.id, 'pause'));
      if (at === 4) await store.write((tx) => tellJob(tx, job.id, 'stop'));
    });
    const id = await begin(kind.kind);
    await runOneJob(place(), [kind]);
    // The wish is read with the next piece's progress.
    expect(await findJob(store.db, id)).toMatchObject({ state: 'paused', done: 3 });
    expect(await runOneJob(place(), [kind])).toBe(false);
    await store.write((tx) => tellJob(tx, id, 'run'));
    await runOneJob(place(), [kind]);
    expect(await findJob(store.db, id)).toMatchObject({ state: 'stopped', done: 5 });
    expect(seen).toEqual([1, 2, 3, 4, 5]);
    expect(await store.write((tx) => tellJob(tx, id, 'run'))).toBe(false);
  });

  test('a worker thought dead that comes back can keep nothing', async () => {
    let old: JobHandle | undefined;
    const kind = counting(5, async (job, at) => {
      if (at !== 2 || old) return;
      old = job;
      await store.owner(`update saglasie.job set beat_at = now() - interval '1 hour' where id = $1`, [job.id]);
      const second = counting(5);
      await runOneJob(place(), [{ ...second, kind: kind.kind }]);
    });
    const id = await begin(kind.kind);
    await runOneJob(place(), [kind]);
    expect(await findJob(store.db, id)).toMatchObject({ state: 'done', done: 5 });
    await expect(store.write((tx) => old?.checkpoint(tx, { done: 99, cursor: 99 }) ?? Promise.resolve())).rejects.toThrow();
    expect((await findJob(store.db, id))?.done).toBe(5);
  });

  test('what a piece wrote is not there when its progress is not', async () => {
    const kind: JobKind<Place> = {
      kind: 'half-a-piece',
      right: 'none',
      async run({ db }, job) {
        await inTransaction(db, async (tx) => {
          await job.checkpoint(tx, { done: 1, cursor: 1 });
          throw new JobFailed('file-damaged');
        });
        return 'done';
      },
    };
    const id = await begin(kind.kind);
    await runOneJob(place(), [kind]);
    expect(await findJob(store.db, id)).toMatchObject({ state: 'failed', done: 0, cursor: null, problem: 'file-damaged' });
    await store.write((tx) => tellJob(tx, id, 'run'));
    expect(await findJob(store.db, id)).toMatchObject({ state: 'waiting', problem: undefined });
  });

  test('a defect is tried again later, and after five times somebody must look', async () => {
    const kind: JobKind<Place> = {
      kind: 'defective',
      right: 'none',
      run: async () => {
        throw new TypeError('a person’s name');
      },
    };
    const id = await begin(kind.kind);
    for (let time = 1; time <= 5; time += 1) {
      await store.owner('update saglasie.job set not_before = now() where id = $1', [id]);
      expect((await findJob(store.db, id))?.state).toBe('waiting');
      await runOneJob(place(), [kind]);
    }
    expect(await findJob(store.db, id)).toMatchObject({ state: 'failed', problem: 'defect' });
  });

  test('of two workers one takes it', async () => {
    const kind = counting(1);
    await begin(kind.kind);
    const holders = ['01920000-0000-7000-8000-00000000000b', '01920000-0000-7000-8000-00000000000c'];
    const claimed = await Promise.all(holders.map((holder) => claimJob(store.db, { kinds: [kind.kind], holder })));
    expect(claimed.filter(Boolean)).toHaveLength(1);
  });

  test('what has ended is a fact', async () => {
    const kind = counting(1);
    const id = await begin(kind.kind);
    await runOneJob(place(), [kind]);
    await expect(store.app('update job set done = 7 where id = $1', [id])).rejects.toMatchObject({ code: 'SG001' });
    await expect(store.app('delete from job where id = $1', [id])).rejects.toThrow();
    expect((await listJobs(store.db, [kind.kind])).map((job) => job.id)).toEqual([id]);
  });

  test('the pace is what this worker did, not what was done before it', () => {
    const at = new Date('2026-11-24T10:00:00Z');
    const job = { state: 'running', done: 150, total: 250, started: { at, done: 50 } } as never;
    expect(paceOf(job, new Date('2026-11-24T10:00:10Z'))).toEqual({ perSecond: 10, secondsLeft: 10 });
    expect(paceOf(job, at)).toEqual({ perSecond: undefined, secondsLeft: undefined });
  });
});
