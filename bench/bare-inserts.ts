import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { SESSION_OPTIONS } from '#platform/database/connect.ts';

const run = promisify(execFile);

/** Tables one consent writes, and how many rows into each. */
const tables = ['contact', 'contact_point', 'ledger_salt', 'submission', 'ledger_entry', 'permission_state', 'delivery'] as const;

/**
 * The rows of one consent as one transaction into copies of the same tables: same columns and indexes, no trigger, no
 * foreign key, no check. All statements of a transaction go in one round trip, which is the most PostgreSQL can be given.
 */
const transaction = `
\\startpipeline
begin;
insert into limit_contact (id, state, language, facts, origin_id, primary_email, search_text) values (uuidv7(), 'unconfirmed', 'bg', '{}', uuidv7(), 'kandidat.' || :client_id::text || '.' || :n::text || '@mail.example.com', 'kandidat.' || :client_id::text || '.' || :n::text || '@mail.example.com');
insert into limit_contact_point (id, contact_id, kind, original, normalised, match_key, match_hash, provenance_ids) values (uuidv7(), uuidv7(), 'email', 'kandidat.' || :client_id::text || '.' || :n::text || '@mail.example.com', 'kandidat.' || :client_id::text || '.' || :n::text || '@mail.example.com', 'kandidat.' || :client_id::text || '.' || :n::text || '@mail.example.com', sha256(:n::text::bytea), array[uuidv7()]);
insert into limit_ledger_salt values (uuidv7(), sha256(:n::text::bytea));
insert into limit_submission (id, form_version_id, contact_id, language, status, boxes, evidence, created_at, expires_at) values (uuidv7(), uuidv7(), uuidv7(), 'bg', 'pending', '[{"purpose": "01a20948-8f9a-7d0c-89b3-7b6dad4be2a9", "channel": "email", "ticked": true}]', '{"shown": "here", "shownAt": "2026-11-23T10:00:00.000Z", "ipPrefix": "127.0.0.0/24", "agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}', now(), now());
insert into limit_ledger_entry (id, kind, contact_id, purpose_id, purpose_version, channel, legal_basis, permission_ground, occurred_at, until, source_id, language, actor, method, evidence, leaf_hash) values (uuidv7(), 'basis-asserted', uuidv7(), uuidv7(), 1, 'email', 'legal-obligation', 'not-needed', now(), now(), uuidv7(), 'bg', 'system', 'form', '{"submission": "01a20948-8f9a-7d0c-89b3-7b6dad4be2a9"}', sha256(:n::text::bytea)), (uuidv7(), 'consent-requested', uuidv7(), uuidv7(), 1, 'email', null, null, now(), null, uuidv7(), 'bg', 'contact', 'form', '{"submission": "01a20948-8f9a-7d0c-89b3-7b6dad4be2a9"}', sha256(:n::text::bytea));
insert into limit_permission_state (contact_id, purpose_id, channel, register, kind, occurred_at, strictness, entry_id, until) values (uuidv7(), uuidv7(), 'email', 'basis', 'basis-asserted', now(), 0, uuidv7(), now()), (uuidv7(), uuidv7(), 'email', 'request', 'consent-requested', now(), 0, uuidv7(), null);
insert into limit_delivery (id, contact_id, contact_point_id, purpose_id, channel, template, parameters, language, status) values (uuidv7(), uuidv7(), uuidv7(), uuidv7(), 'email', 'confirm-consent', '{"submission": "01a20948-8f9a-7d0c-89b3-7b6dad4be2a9"}', 'bg', 'held');
commit;
\\endpipeline
`;

const script = `\\set n random(1, 4000000000)\n${transaction}`;

export class PgbenchMissing extends Error {
  override readonly name = 'PgbenchMissing';
}

/** Makes the empty copies, in the database of the workspace: the same disk, the same server, the same settings. */
export async function makeBareTables(ownerUrl: string): Promise<void> {
  await onOwner(ownerUrl, async (client) => {
    for (const table of tables) {
      await client.query(
        `drop table if exists limit_${table}; create table limit_${table} (like ${table} including defaults including indexes including generated)`,
      );
    }
  });
}

/** Transactions a second of pgbench with so many connections. @throws PgbenchMissing */
export async function pgbench(ownerUrl: string, folder: string, connections: number, seconds: number): Promise<number> {
  const file = join(folder, 'consent.pgbench');
  await writeFile(file, script);
  const url = new URL(ownerUrl);
  const { stdout } = await run(
    'pgbench',
    ['-n', '-M', 'prepared', '-c', String(connections), '-j', '1', '-T', String(seconds), '-f', file, url.pathname.slice(1)],
    {
      env: {
        ...process.env,
        PGHOST: url.hostname,
        PGPORT: url.port,
        PGUSER: decodeURIComponent(url.username),
        PGPASSWORD: decodeURIComponent(url.password),
        PGOPTIONS: SESSION_OPTIONS,
      },
    },
  ).catch((cause: NodeJS.ErrnoException & { stderr?: string }) => {
    if (cause.code === 'ENOENT')
      throw new PgbenchMissing('pgbench is missing: install it (Debian: apt-get install postgresql-contrib).');
    throw new Error(`pgbench failed: ${cause.stderr ?? cause.message}`);
  });
  const tps = Number(/tps = ([\d.]+)/.exec(stdout)?.[1]);
  if (!Number.isFinite(tps)) throw new Error(`pgbench printed no rate: ${stdout}`);
  return tps;
}

async function onOwner(ownerUrl: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl, options: SESSION_OPTIONS });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
