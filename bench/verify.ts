import { hash } from 'node:crypto';
import pg from 'pg';
import { SESSION_OPTIONS } from '#platform/database/connect.ts';
import { copyOut } from '#platform/database/copy-out.ts';
import { canonicalOfRow, LEAF_COLUMNS, leafColumns } from '#src/ledger/leaf-of-row.ts';
import { verifyLedger } from '#src/ledger/verify-ledger.ts';
import { median } from './measure.ts';
import type { Figure } from './report.ts';
import { settledLog } from './settled-log.ts';
import type { Workspace } from './workspace.ts';

const FLOOR = 0.3;
const SAMPLE = 50_000;

/**
 * The whole ledger: every leaf from its entry, every place in the log, the tree, every checkpoint, every permission; beside
 * one plain SHA-256 of each entry's text by one thread that has them all in memory, measured before and after.
 */
export async function benchVerify(workspace: Workspace): Promise<Figure[]> {
  await settledLog(workspace.ownerUrl);
  const texts = await sampleTexts(workspace.ownerUrl);
  const limits = [hashesPerSecond(texts)];
  const runs: number[] = [];
  let entries = 0;
  let memory = 0;
  for (let run = 0; run < (workspace.contacts > 200_000 ? 1 : 3); run++) {
    const from = performance.now();
    const found = await verifyLedger({ appUrl: workspace.appUrl, keys: workspace.keys, outsideNote: undefined });
    if (!found.holds) throw new Error(`the ledger does not verify: ${JSON.stringify(found.findings)}`);
    entries = found.entries;
    memory = Math.max(memory, process.memoryUsage.rss());
    runs.push(entries / ((performance.now() - from) / 1000));
    limits.push(hashesPerSecond(texts));
  }
  const value = median(runs);
  const limit = median(limits);
  const bytes = texts.reduce((sum, text) => sum + text.length, 0) / texts.length;
  return [
    {
      bench: 'verify',
      what: 'whole ledger, entries',
      contacts: workspace.contacts,
      value,
      unit: '/s',
      more: `${entries} of ${bytes.toFixed(0)} bytes in ${(entries / value).toFixed(1)} s, ${(memory / 2 ** 20).toFixed(0)} MiB`,
      limit: { what: 'SHA-256 of the same texts, one thread', value: limit },
      ratio: value / limit,
      floor: { text: `ratio ≥ ${FLOOR}`, reached: value / limit >= FLOOR },
    },
  ];
}

function hashesPerSecond(texts: readonly Buffer[]): number {
  return median(
    Array.from({ length: 5 }, () => {
      const from = performance.now();
      for (const text of texts) hash('sha256', text, 'buffer');
      return texts.length / ((performance.now() - from) / 1000);
    }),
  );
}

async function sampleTexts(ownerUrl: string): Promise<Buffer[]> {
  const client = new pg.Client({ connectionString: ownerUrl, options: SESSION_OPTIONS });
  await client.connect();
  try {
    const texts: Buffer[] = [];
    const query = `select ${leafColumns} from ledger_entry e left join ledger_salt s using (contact_id) limit ${SAMPLE}`;
    await copyOut(client, query, LEAF_COLUMNS, (row) => {
      const text = canonicalOfRow(row);
      if (text) texts.push(text);
    });
    return texts;
  } finally {
    await client.end();
  }
}
