import { expect, vi } from 'vitest';

/** Resolves when so many sessions of this database stand before a lock: what a test started has got as far as it can. */
export async function waitsForALock(query: (text: string) => Promise<{ rows: { n: number }[] }>, sessions = 1): Promise<void> {
  await vi.waitFor(
    async () => {
      const { rows } = await query(
        `select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      expect(rows[0]?.n).toBeGreaterThanOrEqual(sessions);
    },
    { timeout: 10_000, interval: 20 },
  );
}
