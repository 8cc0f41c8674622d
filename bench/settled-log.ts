import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { SESSION_OPTIONS } from '#platform/database/connect.ts';

/** Waits until the running server has put every entry in its place. */
export async function settledLog(ownerUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl, options: SESSION_OPTIONS });
  await client.connect();
  try {
    for (;;) {
      const { rows } = await client.query<{ waiting: boolean }>('select exists (select from ledger_waiting) as waiting');
      if (!rows[0]?.waiting) break;
      await sleep(200);
    }
    await client.query('vacuum (analyze) ledger_waiting, ledger_leaf');
  } finally {
    await client.end();
  }
}
