import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { connect, type Database, SESSION_OPTIONS } from '#platform/database/connect.ts';
import { findLastCheckpoint } from '#src/ledger/find-checkpoint.ts';
import { verifyInclusion } from '#src/ledger/merkle.ts';
import { proveInclusion } from '#src/ledger/prove-entry.ts';
import { createSequencer } from '#src/ledger/sequence-entries.ts';
import { makeLeaves } from './generate/make-leaves.ts';
import { median, quantile, timeEach } from './measure.ts';
import type { Figure } from './report.ts';
import { settledLog } from './settled-log.ts';
import type { Workspace } from './workspace.ts';

const run = promisify(execFile);
const FLOOR_APPEND = 0.5;
const FLOOR_SEQUENCE = 20_000;
const CEILING_PROOF_MS = 10;
const SECONDS = 5;
const ROUNDS = 3;
const PROOFS = 500;
const TO_SEQUENCE = 100_000;
/** By which entries of this bench are known from those of people. */
const BENCH_SUBMISSION = '01a20948-8f9a-7d0c-89b3-7b6dad4be2a9';

/**
 * What the log costs whoever appends, how fast entries are put in order, and how long a proof takes. The server beside it
 * runs its own sequencer all the while.
 *
 * @param leaves size of a log made for the proofs alone; without it they are asked of the workspace's own.
 */
export async function benchLedger(workspace: Workspace, leaves?: number): Promise<Figure[]> {
  const connection = connect(workspace.appUrl, { max: 4 });
  try {
    return [
      ...(await benchAppend(workspace)),
      await benchSequencing(workspace, connection.db),
      await benchProofs(workspace, connection.db, leaves),
    ];
  } finally {
    await connection.close();
  }
}

/** The same entry by the same program over the same connections: into the ledger with its triggers, and into bare copies. */
async function benchAppend(workspace: Workspace): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'saglasie-bench-ledger-'));
  try {
    const people = await makeBareCopies(workspace.ownerUrl);
    const purpose = await somePurpose(workspace.ownerUrl);
    // Each of another person, as people act: entries of one and the same would wait for one another's permission.
    const chosen = `from bench_people where n = :n`;
    const values = `uuidv7(), 'consent-refused', contact_id, '${purpose.id}'::uuid, ${purpose.version}, 'email', now(), '${purpose.source}'::uuid, 'contact', 'form', '{"submission": "${BENCH_SUBMISSION}"}'::jsonb, sha256(:n::text::bytea)`;
    const columns =
      'id, kind, contact_id, purpose_id, purpose_version, channel, occurred_at, source_id, actor, method, evidence, leaf_hash';
    const random = `\\set n random(1, ${people})\n`;
    const ours = `${random}insert into ledger_entry (${columns}) select ${values} ${chosen};\n`;
    const state = `uuidv7(), '${purpose.id}', 'email', 'consent', 'consent-refused', now(), 1, uuidv7()`;
    const bare = `${random}with e as (insert into bare_entry (${columns}) select ${values} ${chosen}) insert into bare_state (contact_id, purpose_id, channel, register, kind, occurred_at, strictness, entry_id) values (${state});\n`;
    await writeFile(join(folder, 'ours'), ours);
    await writeFile(join(folder, 'bare'), bare);
    const figures: Figure[] = [];
    for (const connections of [1, 8, 64]) {
      const rounds: { ours: number; limit: number }[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const limit = await pgbench(workspace.ownerUrl, join(folder, 'bare'), connections);
        rounds.push({ limit, ours: await pgbench(workspace.appUrl, join(folder, 'ours'), connections) });
      }
      const ratio = median(rounds.map((round) => round.ours / round.limit));
      figures.push({
        bench: 'ledger',
        what: `append, ${connections} connection${connections === 1 ? '' : 's'}`,
        contacts: workspace.contacts,
        value: median(rounds.map((round) => round.ours)),
        unit: '/s',
        limit: { what: 'bare inserts of the same rows', value: median(rounds.map((round) => round.limit)) },
        ratio,
        floor: { text: `ratio ≥ ${FLOOR_APPEND}`, reached: ratio >= FLOOR_APPEND },
      });
    }
    return figures;
  } finally {
    await rm(folder, { recursive: true, force: true });
    // These entries have leaves that commit to nothing; a verification afterwards would rightly find them.
    await forgetBenchEntries(workspace.ownerUrl);
  }
}

async function benchSequencing(workspace: Workspace, db: Database): Promise<Figure> {
  await settledLog(workspace.ownerUrl);
  await onOwner(workspace.ownerUrl, async (client) => {
    await client.query('set session_replication_role = replica');
    await client.query(
      `with made as (insert into ledger_erased select uuidv7(), sha256(n::text::bytea) from generate_series(1, ${TO_SEQUENCE}) n returning id, leaf_hash)
       insert into ledger_waiting (entry_id, leaf_hash) select id, leaf_hash from made`,
    );
  });
  const from = performance.now();
  // The server's own sequencer takes part; whoever is quicker, all of them are put in order by the end.
  const origin = (await findLastCheckpoint(db))?.note.split('\n')[0] ?? '';
  const outside = { path: 'none', read: async () => undefined, keep: async () => {} };
  const sequencer = createSequencer({ db, openKeys: async () => workspace.keys, origin, outside });
  for (;;) {
    await sequencer.drain();
    const waiting = await db.selectFrom('ledger_waiting').select('entry_id').limit(1).executeTakeFirst();
    if (!waiting) break;
  }
  const value = TO_SEQUENCE / ((performance.now() - from) / 1000);
  return {
    bench: 'ledger',
    what: 'put in order and signed',
    contacts: workspace.contacts,
    value,
    unit: '/s',
    floor: { text: `≥ ${FLOOR_SEQUENCE}`, reached: value >= FLOOR_SEQUENCE },
  };
}

async function benchProofs(workspace: Workspace, db: Database, leaves: number | undefined): Promise<Figure> {
  if (leaves === undefined) {
    await settledLog(workspace.ownerUrl);
    const last = await findLastCheckpoint(db);
    if (!last) throw new Error('the log is empty');
    return proofFigure(workspace, db, last.size, last.root);
  }
  const made = await makeLeaves(workspace.ownerUrl, leaves);
  const other = connect(made.url, { max: 4 });
  try {
    return await proofFigure(workspace, other.db, leaves, made.root);
  } finally {
    await other.close();
    await made.remove();
  }
}

async function proofFigure(workspace: Workspace, db: Database, size: number, root: Buffer): Promise<Figure> {
  const positions = Array.from({ length: PROOFS }, () => randomInt(size));
  const times = await timeEach(PROOFS, (at) => proveInclusion(db, positions[at] ?? 0, size));
  for (const position of positions.slice(0, 50)) {
    const leaf = await db
      .selectFrom('ledger_leaf')
      .select('leaf_hash')
      .where('position', '=', String(position))
      .executeTakeFirstOrThrow();
    const proof = await proveInclusion(db, position, size);
    if (!verifyInclusion({ leafHash: leaf.leaf_hash, position, size, proof, root }))
      throw new Error(`the proof of ${position} is wrong`);
  }
  const p99 = quantile(times, 0.99);
  return {
    bench: 'ledger',
    what: `inclusion proof of ${size} leaves, p99`,
    contacts: workspace.contacts,
    value: p99,
    unit: 'ms',
    more: `p50 ${quantile(times, 0.5).toFixed(1)} ms`,
    floor: { text: `≤ ${CEILING_PROOF_MS} ms`, reached: p99 <= CEILING_PROOF_MS },
  };
}

/** Answers how many people there are to act. */
async function makeBareCopies(ownerUrl: string): Promise<number> {
  return onOwner(ownerUrl, async (client) => {
    await client.query(`drop table if exists bare_entry, bare_state, bench_people;
      create table bench_people as select row_number() over (order by contact_id) as n, contact_id from ledger_salt;
      alter table bench_people add primary key (n);
      grant select on bench_people to saglasie_app;
      create table bare_entry (like ledger_entry including defaults including indexes);
      create table bare_state (like permission_state including defaults including indexes)`);
    const { rows } = await client.query<{ n: string }>('select count(*) as n from bench_people');
    return Number(rows[0]?.n);
  });
}

async function somePurpose(ownerUrl: string) {
  return onOwner(ownerUrl, async (client) => {
    const { rows } = await client.query<{ id: string; version: number; source: string }>(
      `select purpose_id as id, purpose_version as version, source_id as source
         from ledger_entry where kind = 'consent-given' order by id desc limit 1`,
    );
    if (!rows[0]) throw new Error('nobody has consented here');
    return rows[0];
  });
}

/** Entries become erased leaves, and the person's permissions are folded anew, so that the ledger verifies afterwards. */
async function forgetBenchEntries(ownerUrl: string): Promise<void> {
  await onOwner(ownerUrl, async (client) => {
    await client.query(`begin; set local session_replication_role = replica`);
    await client.query(
      `with gone as (delete from ledger_entry where kind = 'consent-refused' and evidence->>'submission' = '${BENCH_SUBMISSION}'
                      returning id, leaf_hash, contact_id),
            kept as (insert into ledger_erased select id, leaf_hash from gone)
       delete from permission_state where contact_id in (select contact_id from gone)`,
    );
    await client.query(`insert into permission_state select f.* from permission_fold f on conflict do nothing`);
    await client.query('commit; drop table if exists bare_entry, bare_state, bench_people');
  });
}

async function pgbench(url: string, script: string, connections: number): Promise<number> {
  const { hostname, port, username, password, pathname } = new URL(url);
  const { stdout } = await run(
    'pgbench',
    ['-n', '-M', 'prepared', '-c', String(connections), '-j', '1', '-T', String(SECONDS), '-f', script, pathname.slice(1)],
    {
      env: {
        ...process.env,
        PGHOST: hostname,
        PGPORT: port,
        PGUSER: decodeURIComponent(username),
        PGPASSWORD: decodeURIComponent(password),
        PGOPTIONS: SESSION_OPTIONS,
      },
    },
  ).catch((cause: NodeJS.ErrnoException & { stderr?: string }) => {
    if (cause.code === 'ENOENT') throw new Error('pgbench is missing: install it (Debian: apt-get install postgresql-contrib).');
    throw new Error(`pgbench failed: ${cause.stderr ?? cause.message}`);
  });
  const tps = Number(/tps = ([\d.]+)/.exec(stdout)?.[1]);
  if (!Number.isFinite(tps)) throw new Error(`pgbench printed no rate: ${stdout}`);
  return tps;
}

async function onOwner<T>(ownerUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: ownerUrl, options: SESSION_OPTIONS });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
