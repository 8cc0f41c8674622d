import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { connect, inTransaction, SESSION_OPTIONS } from '#platform/database/connect.ts';
import { fromPublicId } from '#platform/http/ids.ts';
import { queryPeople } from '#src/contacts/people-columns.ts';
import { decideExport } from '#src/exports/decide-export.ts';
import { median } from './measure.ts';
import type { Figure } from './report.ts';
import type { Workspace } from './workspace.ts';

const FLOOR = 0.4;
const fields = [
  ...['id', 'given_name', 'family_name', 'company', 'job_title', 'city', 'email', 'phone', 'language', 'country', 'state'],
  'created_at',
];

interface Made {
  readonly id: string;
  readonly chosen: number;
  readonly allowed: number | null;
  readonly needsApproval: boolean;
  readonly status: string;
}

/**
 * Everyone's data as CSV through the API, each person asked about at the gate and written into the disclosure log; beside COPY
 * TO of the same columns of the same people, which asks nobody and writes nothing down. Both before and after each other.
 */
export async function benchExport(workspace: Workspace): Promise<Figure[]> {
  const call = caller(workspace);
  const figures: Figure[] = [];
  try {
    for (const [what, asked] of [
      ['everyone, with the gate on', { recipient: { kind: 'internal', name: 'Bench' }, purpose: 'newsletter' }],
      ['everyone, a copy of our own', { recipient: { kind: 'own-system', name: 'Bench' } }],
    ] as const) {
      const runs: number[] = [];
      const limits: number[] = [];
      const preparing: number[] = [];
      let given = 0;
      let bytes = 0;
      let memory = 0;
      // The first is not counted: a server that has just started is slower at everything.
      for (let run = 0; run < (workspace.contacts > 200_000 ? 2 : 4); run++) {
        const from = performance.now();
        const made = await prepare(workspace, call, asked);
        const prepared = (performance.now() - from) / 1000;
        const before = await copyEverything(workspace);
        const began = performance.now();
        const watch = watchMemory(workspace.serverPid);
        const got = await call.download(`/api/v1/exports/${made.id}/download`);
        const seconds = (performance.now() - began) / 1000;
        memory = Math.max(memory, watch.stop());
        given = got.lines - 1;
        bytes = got.bytes;
        const after = await copyEverything(workspace);
        if (run === 0) continue;
        preparing.push(prepared);
        runs.push(made.chosen / seconds);
        limits.push(made.chosen / median([before, after]));
      }
      const [value, limit] = [median(runs), median(limits)];
      figures.push({
        bench: 'export',
        what: `${what}, people`,
        contacts: workspace.contacts,
        value,
        unit: '/s',
        more: `${given} given, ${(bytes / 2 ** 20).toFixed(1)} MiB, asked for in ${median(preparing).toFixed(1)} s, server ≤ ${memory.toFixed(0)} MiB`,
        limit: { what: 'COPY TO of everyone’s same columns', value: limit },
        ratio: value / limit,
        floor: { text: `ratio ≥ ${FLOOR}`, reached: value / limit >= FLOOR },
      });
    }
    return figures;
  } finally {
    call.close();
  }
}

/** Asks for it, and has another agree where it must be. */
async function prepare(workspace: Workspace, call: ReturnType<typeof caller>, asked: object): Promise<Made> {
  let made = (await call.json('POST', '/api/v1/exports', {
    selection: { kind: 'everyone' },
    statement: 'bench',
    fields,
    format: 'csv',
    ...asked,
  })) as Made;
  while (made.status === 'counting') {
    await sleep(50);
    made = (await call.json('GET', `/api/v1/exports/${made.id}`)) as Made;
  }
  if (made.status !== 'waiting') return made;
  const connection = connect(workspace.appUrl, { max: 1 });
  try {
    const owner = await connection.db
      .selectFrom('staff_member')
      .select('id')
      .where('role', '=', 'owner')
      .executeTakeFirstOrThrow();
    const id = fromPublicId('exp', made.id) ?? '';
    await inTransaction(connection.db, (tx) => decideExport(tx, { id, decidedBy: owner.id, decision: 'approved' }));
    return made;
  } finally {
    await connection.close();
  }
}

/** Seconds that COPY takes for everyone's columns, to a client that counts bytes. */
async function copyEverything(workspace: Workspace): Promise<number> {
  const client = new pg.Client({ connectionString: workspace.ownerUrl, options: SESSION_OPTIONS });
  await client.connect();
  try {
    const from = performance.now();
    let bytes = 0;
    const { sql } = queryPeople(fields, 'true', undefined);
    for await (const chunk of client.query(copyTo(`copy (${sql}) to stdout (format csv)`))) bytes += (chunk as Buffer).length;
    if (bytes === 0) throw new Error('nothing was copied');
    return (performance.now() - from) / 1000;
  } finally {
    await client.end();
  }
}

function watchMemory(pid: number): { stop(): number } {
  let most = 0;
  const look = () => {
    const [, kib] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    most = Math.max(most, Number(kib ?? 0) / 1024);
  };
  look();
  const timer = setInterval(look, 20);
  return {
    stop() {
      clearInterval(timer);
      look();
      return most;
    },
  };
}

function caller({ address, apiKey }: Workspace) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
  const send = (method: string, path: string, body: unknown, onData: (chunk: Buffer) => void) =>
    new Promise<void>((resolve, reject) => {
      const sent = request(address + path, { agent, method, headers }, (reply) => {
        let refusal = '';
        const isGood = (reply.statusCode ?? 500) < 300;
        reply.on('data', (chunk: Buffer) => {
          if (isGood) onData(chunk);
          else refusal += chunk;
        });
        reply.on('error', reject);
        reply.on('end', () =>
          isGood ? resolve() : reject(new Error(`${method} ${path}: ${reply.statusCode} ${refusal.slice(0, 300)}`)),
        );
      });
      sent.on('error', reject);
      sent.end(method === 'GET' ? undefined : JSON.stringify(body));
    });
  return {
    async json(method: string, path: string, body?: unknown): Promise<unknown> {
      const parts: Buffer[] = [];
      await send(method, path, body, (chunk) => parts.push(chunk));
      return JSON.parse(Buffer.concat(parts).toString());
    },
    async download(path: string): Promise<{ lines: number; bytes: number }> {
      let [lines, bytes] = [0, 0];
      await send('POST', path, {}, (chunk) => {
        bytes += chunk.length;
        for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines += 1;
      });
      return { lines, bytes };
    },
    close: () => agent.destroy(),
  };
}
