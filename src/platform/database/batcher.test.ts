import { describe, expect, test } from 'vitest';
import { createBatcher } from './batcher.ts';

const refused = (code: string) => Object.assign(new Error('refused'), { code });

describe('a batcher', () => {
  test('puts what arrives during a commit into the next one, and answers each after its own', async () => {
    const batches: number[][] = [];
    const batcher = createBatcher<number, number>({
      async work(items) {
        batches.push([...items]);
        await new Promise((resolve) => setTimeout(resolve, 20));
        return items.map((item) => item * 2);
      },
    });
    const first = batcher.add(1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const later = [2, 3, 4].map((item) => batcher.add(item));
    expect(await Promise.all([first, ...later])).toEqual([2, 4, 6, 8]);
    expect(batches).toEqual([[1], [2, 3, 4]]);
  });

  test('fails only the item the database refuses', async () => {
    const stored: number[] = [];
    const batcher = createBatcher<number, string>({
      async work(items) {
        if (items.includes(13)) throw refused('23514');
        stored.push(...items);
        return items.map(() => 'stored');
      },
    });
    const outcomes = await Promise.allSettled([11, 12, 13, 14].map((item) => batcher.add(item)));
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(stored).toEqual([11, 12, 14]);
  });

  test('does not try again when nobody knows whether it was committed', async () => {
    let tries = 0;
    const batcher = createBatcher<number, string>({
      async work() {
        tries += 1;
        throw new Error('Connection terminated unexpectedly');
      },
    });
    const outcomes = await Promise.allSettled([1, 2, 3].map((item) => batcher.add(item)));
    expect(outcomes.every((outcome) => outcome.status === 'rejected')).toBe(true);
    expect(tries).toBe(1);
  });

  test('takes no more than it was told at once, and goes on after a failure', async () => {
    const sizes: number[] = [];
    let broken = true;
    const batcher = createBatcher<number, number>({
      async work(items) {
        if (broken) {
          broken = false;
          throw new Error('down');
        }
        sizes.push(items.length);
        return [...items];
      },
      maxItems: 4,
    });
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, (_, at) => batcher.add(at)));
    expect(outcomes.filter((outcome) => outcome.status === 'rejected')).toHaveLength(4);
    expect(sizes).toEqual([4, 2]);
    await batcher.drained();
  });
});
