import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { SESSION_OPTIONS } from '#platform/database/connect.ts';
import { makeBareTables, pgbench } from './bare-inserts.ts';
import { median } from './measure.ts';
import type { Figure } from './report.ts';
import type { Workspace } from './workspace.ts';

const run = promisify(execFile);
const DRIVER = new URL('drive-form.ts', import.meta.url).pathname;
const FLOOR = 0.5;
const SECONDS = 6;
const ROUNDS = 3;

interface Driven {
  readonly accepted: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly odd: Readonly<Record<string, number>>;
}

/**
 * Consents through the public form, each answered after its COMMIT, beside pgbench writing the same rows; turn by turn, so
 * that both meet the same moods of the disk.
 */
export async function benchConsent(workspace: Workspace): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'saglasie-bench-script-'));
  const figures: Figure[] = [];
  try {
    await makeBareTables(workspace.ownerUrl);
    await drive(workspace, 10, 2, 'warm');
    for (const connections of [1, 10, 50]) {
      const rounds: { ours: Driven; limit: number }[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const limit = await pgbench(workspace.ownerUrl, folder, connections, SECONDS);
        rounds.push({ limit, ours: await driveAndCount(workspace, connections, `c${connections}r${round}`) });
      }
      const ratio = median(rounds.map(({ ours, limit }) => ours.perSecond / limit));
      figures.push({
        bench: 'consent',
        what: `form POST, ${connections} connection${connections === 1 ? '' : 's'}`,
        contacts: workspace.contacts,
        value: median(rounds.map(({ ours }) => ours.perSecond)),
        unit: '/s',
        more: `p50 ${median(rounds.map(({ ours }) => ours.p50)).toFixed(1)} ms, p99 ${median(rounds.map(({ ours }) => ours.p99)).toFixed(1)} ms`,
        limit: { what: 'pgbench, same rows', value: median(rounds.map(({ limit }) => limit)) },
        ratio,
        floor: { text: `ratio ≥ ${FLOOR}`, reached: ratio >= FLOOR },
      });
    }
    return figures;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What was answered with 303 is counted in the database afterwards: not one may be missing, not one too many. */
async function driveAndCount(workspace: Workspace, connections: number, name: string): Promise<Driven> {
  const before = await countSubmissions(workspace);
  const driven = await drive(workspace, connections, SECONDS, name);
  const stored = (await countSubmissions(workspace)) - before;
  if (stored !== driven.accepted || Object.keys(driven.odd).length > 0) {
    throw new Error(
      `${driven.accepted} consents were acknowledged and ${stored} are stored; other answers: ${JSON.stringify(driven.odd)}`,
    );
  }
  return driven;
}

async function drive(workspace: Workspace, connections: number, seconds: number, name: string): Promise<Driven> {
  const { stdout } = await run(process.execPath, [
    DRIVER,
    `${workspace.address}/f/newsletter`,
    String(connections),
    String(seconds),
    name,
  ]);
  return JSON.parse(stdout) as Driven;
}

async function countSubmissions(workspace: Workspace): Promise<number> {
  const client = new pg.Client({ connectionString: workspace.ownerUrl, options: SESSION_OPTIONS });
  await client.connect();
  try {
    const { rows } = await client.query<{ n: string }>('select count(*) as n from submission');
    return Number(rows[0]?.n);
  } finally {
    await client.end();
  }
}
