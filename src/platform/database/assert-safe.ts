import { sql } from 'kysely';
import type { Database } from './connect.ts';
import { DatabaseRefused } from './migrate.ts';

interface Finding {
  readonly check: string;
  readonly holds: boolean;
  readonly fix: string;
}

/**
 * Whether the database can be trusted with what we promise: durable commits, and a role that could not rewrite history
 * even if the application were taken over. What the role could become by SET ROLE counts as what it is.
 */
export async function checkDatabaseSafety(db: Database, protectedTables: readonly string[]): Promise<Finding[]> {
  const { rows } = await sql<{
    fsync: string;
    full_page_writes: string;
    synchronous_commit: string;
    superuser: boolean;
    owned: number;
    changeable: string | null;
  }>`
    select current_setting('fsync') as fsync,
           current_setting('full_page_writes') as full_page_writes,
           current_setting('synchronous_commit') as synchronous_commit,
           (select bool_or(rolsuper or rolbypassrls or rolcreaterole or rolcreatedb) from pg_roles
             where pg_has_role(session_user, oid, 'MEMBER')) as superuser,
           (select count(*)::int from pg_class c where pg_has_role(session_user, c.relowner, 'MEMBER')) as owned,
           (select string_agg(t, ', ') from unnest(${sql.val([...protectedTables])}::text[]) as t
             where has_any_column_privilege(t, 'UPDATE') or has_table_privilege(t, 'DELETE') or has_table_privilege(t, 'TRUNCATE')) as changeable`.execute(
    db,
  );
  const found = rows[0];
  if (!found) throw new DatabaseRefused('The database did not answer a question about itself.');

  return [
    { check: 'fsync', holds: found.fsync === 'on', fix: 'Set fsync = on: without it a power cut loses consents.' },
    {
      check: 'full_page_writes',
      holds: found.full_page_writes === 'on',
      fix: 'Set full_page_writes = on: without it a power cut can tear pages.',
    },
    {
      check: 'synchronous_commit',
      holds: ['on', 'remote_write', 'remote_apply'].includes(found.synchronous_commit),
      fix: 'Set synchronous_commit = on: otherwise acknowledged withdrawals can be lost.',
    },
    {
      check: 'role has no special powers',
      holds: !found.superuser,
      fix: 'The application must not sign in as a superuser or as a role that creates roles, creates databases or bypasses row security.',
    },
    {
      check: 'role owns nothing',
      holds: found.owned === 0,
      fix: 'Give the tables to another role: an owner could undo every protection.',
    },
    {
      check: 'facts cannot be changed',
      holds: found.changeable === null,
      fix: `Revoke UPDATE, DELETE and TRUNCATE on ${found.changeable ?? 'the ledger'} from the application's role.`,
    },
  ];
}

/** @throws DatabaseRefused naming everything that is wrong and its fix. */
export async function assertSafeDatabase(
  db: Database,
  protectedTables: readonly string[],
  options: { allowUnsafeDurability?: boolean } = {},
): Promise<void> {
  const durability = ['fsync', 'full_page_writes', 'synchronous_commit'];
  const wrong = (await checkDatabaseSafety(db, protectedTables)).filter(
    (finding) => !finding.holds && !(options.allowUnsafeDurability && durability.includes(finding.check)),
  );
  if (wrong.length === 0) return;
  throw new DatabaseRefused(`This database is not safe to run on:\n${wrong.map((f) => `  - ${f.check}: ${f.fix}`).join('\n')}`);
}
