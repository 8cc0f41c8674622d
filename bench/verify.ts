import { createHmac, hash, randomBytes } from 'node:crypto';
import { connect } from '#platform/database/connect.ts';
import { listLatestEntries } from '#src/ledger/find-entry.ts';
import { canonicalEntry, entryKey } from '#src/ledger/leaf.ts';
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
        more: `${entries} in ${(entries / value).toFixed(1)} s; ${(value / limit.plain).toFixed(2)} of one plain SHA-256 each`,
        limit: { what: 'SHA-256 of the same bytes, one thread', value: limit.leaves },
        ratio: value / limit.leaves,
        floor: { text: `ratio ≥ ${FLOOR}`, reached: value / limit.leaves >= FLOOR },
      },
    ];
  } finally {
    await connection.close();
  }
}

/**
 * How many entries one thread hashes in a second when their bytes lie in memory: the same SHA-256 over the same bytes (an
 * HMAC for the entry's key, an HMAC over its text, the leaf), without reading, parsing or writing JSON. And beside it one
 * plain SHA-256 of each text, which proves nothing and is the most anybody could do.
 */
async function hashesPerSecond(db: Parameters<typeof listLatestEntries>[0]): Promise<{ leaves: number; plain: number }> {
  const entries = await listLatestEntries(db, 20_000);
  const messages = entries.map((entry) => ({ id: entry.id, text: Buffer.from(canonicalEntry(entry)) }));
  const salt = randomBytes(32);
  const rate = (work: (message: (typeof messages)[number]) => unknown) =>
    median(
      Array.from({ length: 5 }, () => {
        const from = performance.now();
        for (const message of messages) work(message);
        return messages.length / ((performance.now() - from) / 1000);
      }),
    );
  return {
    leaves: rate(({ id, text }) => hash('sha256', createHmac('sha256', entryKey(salt, id)).update(text).digest(), 'buffer')),
    plain: rate(({ text }) => hash('sha256', text, 'buffer')),
  };
}
