import { createHash, createHmac } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { runMigrations as migrateJobs } from 'graphile-worker';
import pg from 'pg';

/** Every process of every version takes this lock before it touches the schema. */
const MIGRATION_LOCK = 5_207_041_853;
const MIGRATIONS = new URL('../../../migrations/', import.meta.url);
const OLDEST_POSTGRES = 180_000;

/** The database is not one Saglasie can run on, or not one it may use; the message says what to do. */
export class DatabaseRefused extends Error {
  override readonly name = 'DatabaseRefused';
}

/**
 * Brings the database to the schema of this version, in order and each migration in a transaction of its own, under an
 * advisory lock, so that any number of starting processes end in the same state.
 *
 * @throws DatabaseRefused when the server is too old, or an applied migration has since been edited.
 */
export async function migrate(ownerUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await requireRecentServer(client);
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await client.query('create schema if not exists saglasie');
    await client.query('set search_path = saglasie, public');
    await client.query(`create table if not exists migration (
      name text primary key, sha256 text not null, applied_at timestamptz not null default now())`);
    await applyNewMigrations(client);
    await migrateJobs({ connectionString: ownerUrl });
    await grantJobs(client);
  } finally {
    await client.end();
  }
}

/** Names of the migrations this version ships, oldest first. */
export async function listMigrations(): Promise<string[]> {
  return (await readdir(MIGRATIONS)).filter((name) => name.endsWith('.sql')).sort();
}

/**
 * URL under which the application itself signs in: a login role of this database that owns nothing and is a member of
 * `saglasie_app`. Its password is derived from the owner's, so that every process with the owner's URL finds the same one
 * and nothing has to be stored; where the owner signs in without a password (by certificate or socket), from `otherSecret`.
 */
export async function appUrlFor(ownerUrl: string, otherSecret?: string): Promise<string> {
  const url = new URL(ownerUrl);
  const database = decodeURIComponent(url.pathname.slice(1)) || 'postgres';
  const role = `saglasie_${createHash('sha256').update(database).digest('hex').slice(0, 12)}`;
  const secret = decodeURIComponent(url.password) || otherSecret;
  if (!secret) throw new DatabaseRefused('DATABASE_URL needs a password: the one of the application is derived from it.');
  const password = createHmac('sha256', secret).update(`saglasie app role of ${database}`).digest('base64url');

  url.username = role;
  url.password = password;
  if (await signsIn(url.href)) return url.href;

  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await ensureLoginRole(client, role, password);
  } finally {
    await client.end();
  }
  return url.href;
}

/** Whether the role is there as it should be; then the owner needs no right to make roles any more. */
async function signsIn(appUrl: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: appUrl });
  try {
    await client.connect();
    const { rows } = await client.query<{ member: boolean }>(`select pg_has_role('saglasie_app', 'usage') as member`);
    return rows[0]?.member ?? false;
  } catch {
    // Whatever it is, making the role says it better: it signs in as the owner.
    return false;
  } finally {
    await client.end();
  }
}

async function requireRecentServer(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ number: number; version: string }>(
    `select current_setting('server_version_num')::int as number, current_setting('server_version') as version`,
  );
  const server = rows[0];
  if (!server || server.number < OLDEST_POSTGRES) {
    throw new DatabaseRefused(`PostgreSQL ${server?.version} is too old: point DATABASE_URL at version 18 or newer.`);
  }
}

async function applyNewMigrations(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string; sha256: string }>('select name, sha256 from migration');
  const applied = new Map(rows.map((row) => [row.name, row.sha256]));
  const shipped = await listMigrations();

  const foreign = [...applied.keys()].find((name) => !shipped.includes(name));
  if (foreign) {
    throw new DatabaseRefused(`The database was migrated by a newer Saglasie (${foreign}): start that version or a newer one.`);
  }

  for (const name of shipped) {
    const sql = await readFile(new URL(name, MIGRATIONS), 'utf8');
    const sha256 = createHash('sha256').update(sql).digest('hex');
    const known = applied.get(name);
    if (known === sha256) continue;
    if (known) throw new DatabaseRefused(`Migration ${name} was edited after it had been applied: restore the file as released.`);

    await client.query('begin');
    try {
      await client.query('insert into migration (name, sha256) values ($1, $2)', [name, sha256]);
      await client.query(sql);
      await client.query('commit');
    } catch (cause) {
      await client.query('rollback');
      throw new DatabaseRefused(`Migration ${name} failed: ${(cause as Error).message}`, { cause });
    }
  }
  await client.query('grant select on migration to saglasie_app');
}

/** graphile-worker keeps row level security on its tables, so the role that runs jobs needs a policy, not only grants. */
async function grantJobs(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string; secured: boolean; governed: boolean }>(
    `select c.relname as name, c.relrowsecurity as secured,
            exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'saglasie_app') as governed
       from pg_class c where c.relnamespace = 'graphile_worker'::regnamespace and c.relkind in ('r', 'p')`,
  );
  await client.query(`grant usage on schema graphile_worker to saglasie_app;
    grant select, insert, update, delete on all tables in schema graphile_worker to saglasie_app;
    grant usage, select, update on all sequences in schema graphile_worker to saglasie_app;
    grant execute on all functions in schema graphile_worker to saglasie_app`);
  for (const table of rows.filter((row) => row.secured && !row.governed)) {
    await client.query(
      `create policy saglasie_app on graphile_worker.${client.escapeIdentifier(table.name)} to saglasie_app using (true) with check (true)`,
    );
  }
}

async function ensureLoginRole(client: pg.Client, role: string, password: string): Promise<void> {
  const name = client.escapeIdentifier(role);
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [role]);
  // Who is no superuser may not even say "nosuperuser" of a role that exists; what it must not be is asserted at boot.
  const statement = rowCount ? `alter role ${name} with login` : `create role ${name} with login`;
  try {
    await client.query(`${statement} password ${client.escapeLiteral(password)}`);
    await client.query(`grant saglasie_app to ${name}`);
  } catch (cause) {
    // Two processes may start at once; the one that came second finds the role made.
    const { code } = cause as { code?: string };
    if (code === '42710' || code === '23505' || code === 'XX000') return;
    throw new DatabaseRefused(
      'The role in DATABASE_URL may not create roles: give it CREATEROLE, or run `saglasie migrate` once with a role that may.',
      { cause },
    );
  }
}
