import { readdir, readFile, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from './measure.ts';
import type { Figure } from './report.ts';
import { makeDataFolder, startServer } from './workspace.ts';

const STARTS = 5;
const CEILING_S = 3;
const CEILING_MIB = 350;

/** From nothing running to the first page, PostgreSQL included; and what lies idle in memory afterwards. */
export async function benchStart(): Promise<Figure[]> {
  const dataFolder = await makeDataFolder();
  try {
    const first = await startServer(dataFolder);
    await first.stop();
    const seconds: number[] = [];
    const memory: { server: number; postgres: number }[] = [];
    for (let run = 0; run < STARTS; run++) {
      const server = await startServer(dataFolder);
      seconds.push(server.firstPageAfter / 1000);
      if (run === 0) {
        await sleep(10_000);
        memory.push(await memoryOf(server.pid));
      }
      await server.stop();
    }
    const [used] = memory;
    const common = { bench: 'start', contacts: null } as const;
    const sum = (used?.server ?? 0) + (used?.postgres ?? 0);
    return [
      { ...common, what: 'first start: data folder made', value: first.firstPageAfter / 1000, unit: 's' },
      {
        ...common,
        what: 'warm data folder, to first page',
        value: median(seconds),
        unit: 's',
        more: `${Math.min(...seconds).toFixed(2)} to ${Math.max(...seconds).toFixed(2)} s`,
        floor: { text: `≤ ${CEILING_S} s`, reached: median(seconds) <= CEILING_S },
      },
      {
        ...common,
        what: 'idle memory after 10 s (PSS)',
        value: sum,
        unit: 'MiB',
        more: `app ${used?.server.toFixed(0)}, PostgreSQL ${used?.postgres.toFixed(0)}`,
        floor: { text: `≤ ${CEILING_MIB} MiB`, reached: sum <= CEILING_MIB },
      },
    ];
  } finally {
    await rm(dataFolder, { recursive: true, force: true });
  }
}

/** Proportional set size, in MiB, of a server process and of all it started: shared pages are counted once. */
async function memoryOf(pid: number): Promise<{ server: number; postgres: number }> {
  const below = await descendantsOf(pid);
  let postgres = 0;
  for (const one of below) postgres += await pssOf(one);
  return { server: await pssOf(pid), postgres };
}

async function pssOf(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) / 1024;
}

async function descendantsOf(pid: number): Promise<number[]> {
  const parents = new Map<number, number[]>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    parents.set(parent, [...(parents.get(parent) ?? []), Number(name)]);
  }
  const found: number[] = [];
  const waiting = [pid];
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    const children = parents.get(one) ?? [];
    found.push(...children);
    waiting.push(...children);
  }
  return found;
}
