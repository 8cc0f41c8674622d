import pg from 'pg';
import { SESSION_OPTIONS } from '#platform/database/connect.ts';
import { toPublicId } from '#platform/http/ids.ts';
import { callApi } from './call-api.ts';
import { quantile, timeEach } from './measure.ts';
import type { Figure } from './report.ts';
import type { Workspace } from './workspace.ts';

const EXPORTS = 600;
const CEILING_MS = 25;
const FLAT = 1.3;

/** One person's full copy as CSV, of random people, over one connection. */
export async function benchPersonExport(workspace: Workspace, earlier: readonly Figure[]): Promise<Figure[]> {
  const ids = await randomContacts(workspace, EXPORTS);
  const api = callApi(workspace);
  const path = (id: string) => `/api/v1/contacts/${toPublicId('con', id)}/export?format=csv`;
  try {
    for (const id of ids.slice(0, 60)) await api.get(path(id));
    const times = await timeEach(ids.length, (at) => api.get(path(ids[at] ?? '')));
    const [p50, p99] = [quantile(times, 0.5), quantile(times, 0.99)];
    const common = { bench: 'person-export', contacts: workspace.contacts, unit: 'ms' } as const;
    const smallest = earlier.find((figure) => figure.bench === 'person-export' && figure.what === 'p50');
    return [
      {
        ...common,
        what: 'p50',
        value: p50,
        ...(smallest
          ? {
              more: `${(p50 / smallest.value).toFixed(2)} × of ${smallest.contacts}`,
              floor: { text: `within ${FLAT} × of the smallest`, reached: p50 <= smallest.value * FLAT },
            }
          : {}),
      },
      { ...common, what: 'p99', value: p99, floor: { text: `p99 ≤ ${CEILING_MS} ms`, reached: p99 <= CEILING_MS } },
    ];
  } finally {
    api.close();
  }
}

async function randomContacts(workspace: Workspace, many: number): Promise<string[]> {
  const client = new pg.Client({ connectionString: workspace.ownerUrl, options: SESSION_OPTIONS });
  await client.connect();
  try {
    const part = Math.min(100, (many * 4 * 100) / workspace.contacts);
    const { rows } = await client.query<{ id: string }>(
      `select id from contact tablesample bernoulli (${part}) repeatable (1) order by random() limit ${many}`,
    );
    return rows.map((row) => row.id);
  } finally {
    await client.end();
  }
}
