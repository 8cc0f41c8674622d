import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { inQuickTransaction, inSnapshot } from '#platform/database/connect.ts';
import { useStore } from '#test/support/factories.ts';

const store = useStore();
const add = (n: number) => sql`insert into public.pipeline_test values (${n})`;
const kept = async () => (await store.app('select n from public.pipeline_test order by n')).rows.map((row) => row.n);

beforeAll(async () => {
  await store.owner('create table public.pipeline_test (n int primary key); grant all on public.pipeline_test to saglasie_app');
});

describe('Statements that leave together', () => {
  test('run in the order in which they were started, and all are kept', async () => {
    await inQuickTransaction(store.db, async (tx) => {
      await Promise.all([
        add(1).execute(tx),
        sql`update public.pipeline_test set n = n + 1`.execute(tx),
        add(1).execute(tx),
        sql`delete from public.pipeline_test where n = 1`.execute(tx),
      ]);
    });
    expect(await kept()).toEqual([2]);
  });

  test('are none of them kept when one is refused, whose refusal is what is thrown', async () => {
    const refused = inQuickTransaction(store.db, async (tx) => {
      await Promise.all([add(10).execute(tx), add(2).execute(tx), add(11).execute(tx)]);
    });
    await expect(refused).rejects.toMatchObject({ code: '23505' });
    expect(await kept()).toEqual([2]);
  });

  test('are not taken for kept when a refusal among them was swallowed', async () => {
    const swallowed = inQuickTransaction(store.db, async (tx) => {
      await add(12).execute(tx);
      await add(2)
        .execute(tx)
        .catch(() => {});
      return 'kept';
    });
    await expect(swallowed).rejects.toThrow('rolled back');
    expect(await kept()).toEqual([2]);
  });

  test('of many transactions at once do not mix, whatever fails among them', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 60 }, (_, at) =>
        inQuickTransaction(store.db, async (tx) => {
          const [, seen] = await Promise.all([
            add(100 + at).execute(tx),
            sql<{ n: number }>`select ${at}::int as n`.execute(tx),
            ...(at % 3 === 0 ? [add(2).execute(tx)] : []),
          ]);
          return seen.rows[0]?.n;
        }),
      ),
    );
    expect(outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : 'refused'))).toEqual(
      Array.from({ length: 60 }, (_, at) => (at % 3 === 0 ? 'refused' : at)),
    );
    expect(await kept()).toEqual([2, ...Array.from({ length: 60 }, (_, at) => 100 + at).filter((n) => (n - 100) % 3 !== 0)]);
  });

  test('see one moment and change nothing, in a snapshot', async () => {
    const seen = await inSnapshot(store.db, async (snapshot) => {
      const count = () => sql<{ n: string }>`select count(*) as n from public.pipeline_test`.execute(snapshot);
      const [before] = await Promise.all([count(), count()]);
      await store.app('insert into public.pipeline_test values (5000)');
      const after = await count();
      return [before.rows[0]?.n, after.rows[0]?.n];
    });
    expect(seen[0]).toBe(seen[1]);
    await expect(inSnapshot(store.db, (snapshot) => add(6000).execute(snapshot))).rejects.toMatchObject({ code: '25006' });
  });
});
