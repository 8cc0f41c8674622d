import { afterEach, describe, expect, test, vi } from 'vitest';
import { uuidv7 } from './uuid.ts';

afterEach(() => {
  vi.useRealTimers();
});

const many = (count: number) => Array.from({ length: count }, () => uuidv7());

describe('uuidv7', () => {
  test('has the version, the variant and the time of RFC 9562', () => {
    const before = Date.now();
    const id = uuidv7();
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const time = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
    expect(time).toBeGreaterThanOrEqual(before);
    expect(time).toBeLessThanOrEqual(Date.now() + 60_000);
  });

  test('never repeats, and every next one sorts after the one before', () => {
    const ids = many(50_000);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(ids.toSorted());
  });

  test('stays in order within one millisecond, and when the clock is set back', () => {
    vi.useFakeTimers({ now: Date.now() + 120_000 });
    const still = many(10_000);
    vi.setSystemTime(Date.now() - 60_000);
    const back = many(100);
    expect([...still, ...back]).toEqual([...still, ...back].toSorted());
  });
});
