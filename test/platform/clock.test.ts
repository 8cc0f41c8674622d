import { expect, test } from 'vitest';
import { databaseNow } from '#platform/clock.ts';
import { useStore } from '#test/support/factories.ts';

const store = useStore();

test("the database's clock tells milliseconds and keeps running within a transaction", async () => {
  const [first, second] = await store.write(async (tx) => {
    const one = await databaseNow(tx);
    await store.db.selectFrom('purpose').select('id').execute();
    await new Promise((resolve) => setTimeout(resolve, 20));
    return [one, await databaseNow(tx)] as const;
  });
  expect(second.getTime() - first.getTime()).toBeGreaterThanOrEqual(15);
  expect(Math.abs(first.getTime() - Date.now())).toBeLessThan(60_000);
});
