import { createReadStream, createWriteStream } from 'node:fs';
import { readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { SESSION_OPTIONS } from '#platform/database/connect.ts';
import { callApi } from './call-api.ts';
import { makePerson } from './generate/people.ts';
import { randomOf } from './generate/random.ts';
import { quantile, timeEach } from './measure.ts';
import type { Figure } from './report.ts';
import type { Workspace } from './workspace.ts';

const SHARE = 0.15;
const UNDO = 2;
const MOST_MEMORY_MIB = 1024;
const LIST = 3;
/** Below this a difference is the machine's. */
const NOISE_MS = 25;
const COLUMNS =
  'Email Address,First Name,Last Name,Phone Number,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,MEMBER_RATING,LEID,EUID';

/**
 * An export of as many subscribers as the workspace has contacts, brought in over the API: uploaded, understood, committed by
 * the worker with provenance, evidence and ledger entries, and undone. The limit is COPY of the file's own bytes into one bare
 * table that has our indexes on what a person is found by.
 */
export async function benchImport(workspace: Workspace): Promise<Figure[]> {
  const path = join(tmpdir(), `saglasie-bench-import-${process.pid}.csv`);
  const people = workspace.contacts;
  const client = new pg.Client({ connectionString: workspace.ownerUrl, options: SESSION_OPTIONS });
  await client.connect();
  const api = callApi(workspace);
  try {
    await writeExport(path, people);
    const [withSearch, bare] = [await copyLimit(client, path, people, true), await copyLimit(client, path, people, false)];
    const quiet = await listTimes(api, 40);
    const id = await upload(workspace, path);
    const memory = watchMemory(workspace.serverPid);
    const during: number[] = [];
    const imported = await until(workspace, id, 'commit', async () => {
      during.push(...(await listTimes(api, 1)));
    });
    const undone = await until(workspace, id, 'undo', async () => {});
    const most = memory.stop();
    if (imported.counts['consents'] !== people || undone.counts['erased'] !== people) {
      throw new Error(`not everybody came and went: ${JSON.stringify([imported.counts, undone.counts])}`);
    }
    const rate = people / imported.seconds;
    const [p99Quiet, p99During] = [quantile(quiet, 0.99), quantile(during, 0.99)];
    return [
      {
        bench: 'import',
        what: 'people brought in',
        contacts: people,
        value: rate,
        unit: '/s',
        more: `${imported.seconds.toFixed(0)} s; ${(rate / bare).toFixed(2)} of COPY without the search index (${Math.round(bare)}/s)`,
        limit: { what: 'COPY', value: withSearch },
        ratio: rate / withSearch,
        floor: { text: `${SHARE} of the limit`, reached: rate / withSearch >= SHARE },
      },
      {
        bench: 'import',
        what: 'undo',
        contacts: people,
        value: people / undone.seconds,
        unit: '/s',
        more: `${undone.seconds.toFixed(0)} s`,
        limit: { what: 'import', value: rate },
        ratio: imported.seconds / undone.seconds,
        floor: { text: `within ${UNDO} × its time`, reached: undone.seconds <= UNDO * imported.seconds },
      },
      {
        bench: 'import',
        what: 'memory of the server',
        contacts: people,
        value: most,
        unit: 'MiB',
        floor: { text: `< ${MOST_MEMORY_MIB} MiB`, reached: most < MOST_MEMORY_MIB },
      },
      {
        bench: 'import',
        what: 'list while it runs, p99',
        contacts: people,
        value: p99During,
        unit: 'ms',
        more: `${p99Quiet.toFixed(0)} ms before; p50 ${quantile(during, 0.5).toFixed(0)} ms, before ${quantile(quiet, 0.5).toFixed(0)} ms`,
        ratio: p99During / p99Quiet,
        floor: { text: `within ${LIST} ×`, reached: p99During <= Math.max(LIST * p99Quiet, p99Quiet + NOISE_MS) },
      },
    ];
  } finally {
    api.close();
    await client.end();
    await rm(path, { force: true });
  }
}

async function writeExport(path: string, people: number): Promise<void> {
  const file = createWriteStream(path);
  file.write(`${COLUMNS}\n`);
  for (let at = 0; at < people; at++) {
    const { givenName, familyName, phone } = makePerson(randomOf(77, at), at);
    const time = new Date(Date.UTC(2023, 0, 1) + (at % 90_000_000) * 1000).toISOString().slice(0, 19).replace('T', ' ');
    const line = `subscriber.${at}@example.net,${givenName},${familyName},${phone ?? ''},${time},192.0.2.${at % 250},${time},192.0.2.${at % 250},2,${at},${at.toString(36)}\n`;
    if (!file.write(line)) await new Promise((resolve) => file.once('drain', resolve));
  }
  await new Promise<void>((resolve, reject) => file.end((error: unknown) => (error ? reject(error) : resolve())));
}

/** Rows a second of COPY of the same bytes. */
async function copyLimit(client: pg.Client, path: string, people: number, withSearch: boolean): Promise<number> {
  await client.query(`drop table if exists bare_import`);
  await client.query(`create table bare_import (email text, given text, family text, phone text, optin_time text, optin_ip text,
    confirm_time text, confirm_ip text, rating text, leid text, euid text)`);
  await client.query('create unique index on bare_import (email)');
  await client.query('create index on bare_import (phone)');
  await client.query('create index on bare_import (family, given)');
  if (withSearch) {
    await client.query(`create index on bare_import using gin (
      (coalesce(given, '') || ' ' || coalesce(family, '') || ' ' || email || ' ' || coalesce(phone, '')) public.gin_trgm_ops)`);
  }
  const from = performance.now();
  await pipeline(createReadStream(path), client.query(copyFrom('copy bare_import from stdin (format csv, header)')));
  const seconds = (performance.now() - from) / 1000;
  await client.query('drop table bare_import');
  return people / seconds;
}

function listTimes(api: ReturnType<typeof callApi>, times: number): Promise<number[]> {
  const questions = ['sort=-created', 'sort=name', 'search=Мария&sort=-created'];
  return timeEach(times * questions.length, (at) => api.get(`/api/v1/contacts?limit=50&${questions[at % questions.length]}`));
}

async function upload({ address, apiKey }: Workspace, path: string): Promise<string> {
  const headers = { authorization: `Bearer ${apiKey}` };
  const { size } = await stat(path);
  const sent = await fetch(`${address}/api/v1/imports?name=audience.csv`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/octet-stream', 'content-length': String(size) },
    body: createReadStream(path) as unknown as ReadableStream,
    duplex: 'half',
  });
  const brought = (await sent.json()) as { id: string; recognised: { mapping: unknown; partStatuses: unknown }[] };
  if (sent.status !== 201) throw new Error(`the upload was answered ${sent.status}: ${JSON.stringify(brought)}`);
  const [as] = brought.recognised;
  const saved = await fetch(`${address}/api/v1/imports/${brought.id}/settings`, {
    method: 'PUT',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({
      mapping: as?.mapping,
      partStatuses: as?.partStatuses,
      source: 'Bench',
      obtainedFrom: 'other',
      purpose: 'newsletter',
      legalBasis: 'consent',
    }),
  });
  if (saved.status !== 200) throw new Error(`the settings were answered ${saved.status}: ${await saved.text()}`);
  return brought.id;
}

/** Asks for the work and waits for its end; its seconds are from the request to the end of the work, by the database's clock. */
async function until(
  { address, apiKey }: Workspace,
  id: string,
  verb: 'commit' | 'undo',
  meanwhile: () => Promise<void>,
): Promise<{ seconds: number; counts: Record<string, number> }> {
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
  const asked = await fetch(`${address}/api/v1/imports/${id}/${verb}`, { method: 'POST', headers, body: '{}' });
  if (asked.status !== 202) throw new Error(`${verb} was answered ${asked.status}: ${await asked.text()}`);
  for (;;) {
    const one = (await (await fetch(`${address}/api/v1/imports/${id}`, { headers })).json()) as {
      state: string;
      counts: Record<string, number>;
      committedAt: string | null;
      undoneAt: string | null;
      job: { requestedAt: string; problem: string | null };
    };
    if (one.state === (verb === 'commit' ? 'committed' : 'undone')) {
      const ended = Date.parse((verb === 'commit' ? one.committedAt : one.undoneAt) ?? '');
      return { seconds: (ended - Date.parse(one.job.requestedAt)) / 1000, counts: one.counts };
    }
    if (one.job.problem) throw new Error(`${verb} failed: ${one.job.problem}`);
    await meanwhile();
    await sleep(400);
  }
}

/** The most resident memory of a process, in MiB. */
function watchMemory(pid: number): { stop(): number } {
  let most = 0;
  const look = async () => {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    most = Math.max(most, Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
  };
  const timer = setInterval(() => void look(), 250);
  return {
    stop() {
      clearInterval(timer);
      return most;
    },
  };
}
