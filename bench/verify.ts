import { hash } from 'node:crypto';
import { connect } from '#platform/database/connect.ts';
import { listLatestEntries } from '#src/ledger/find-entry.ts';
import { canonicalEntry } from '#src/ledger/leaf.ts';
import { verifyLedger } from '#src/ledger/verify-ledger.ts';
import { median } from './measure.ts';
import type { Figure } from './report.ts';
import type { Workspace } from './workspace.ts';

const FLOOR = 0.3;

/** The whole ledger: every leaf from its entry, every permission from the ledger; beside SHA-256 over the same bytes. */
export async function benchVerify(workspace: Workspace): Promise<Figure[]> {
  const connection = connect(workspace.appUrl, { max: 4 });
  try {
    const limit = await hashesPerSecond(connection.db);
    const runs: number[] = [];
    let entries = 0;
    for (let run = 0; run < (workspace.contacts > 200_000 ? 1 : 3); run++) {
      const from = performance.now();
      const found = await verifyLedger(connection.db);
      if (!found.holds) throw new Error('the ledger does not verify');
      entries = found.entries;
      runs.push(entries / ((performance.now() - from) / 1000));
    }
    const value = median(runs);
    return [
      {
        bench: 'verify',
        what: `whole ledger, entries`,
        contacts: workspace.contacts,
        value,
        unit: '/s',
        more: `${entries} entries in ${(entries / value).toFixed(1)} s`,
        limit: { what: 'SHA-256 of the same bytes, one thread', value: limit },
        ratio: value / limit,
        floor: { text: `ratio ≥ ${FLOOR}`, reached: value / limit >= FLOOR },
      },
    ];
  } finally {
    await connection.close();
  }
}

/** How many entries' bytes one thread hashes in a second, already in memory, one message each. */
async function hashesPerSecond(db: Parameters<typeof listLatestEntries>[0]): Promise<number> {
  const entries = await listLatestEntries(db, 20_000);
  const messages = entries.map((entry) => Buffer.from(canonicalEntry(entry)));
  const rounds: number[] = [];
  for (let round = 0; round < 5; round++) {
    const from = performance.now();
    for (const message of messages) hash('sha256', message, 'buffer');
    rounds.push(messages.length / ((performance.now() - from) / 1000));
  }
  return median(rounds);
}
