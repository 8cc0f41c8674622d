import { stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { databaseNow } from '#platform/clock.ts';
import { type Config, readConfig } from '#platform/config.ts';
import { checkDatabaseSafety } from '#platform/database/assert-safe.ts';
import { listMigrations } from '#platform/database/migrate.ts';
import { findWaiting } from '#src/ledger/find-waiting.ts';
import { type OpenServices, tablesOfFacts } from '#src/open-services.ts';
import { version } from '#src/version.ts';
import type { Run } from './command.ts';
import { explainRefusal } from './explain-refusal.ts';
import { withServices } from './with-services.ts';

interface Check {
  readonly check: string;
  readonly ok: boolean;
  readonly found: string;
  /** What to do when it is not as it should be. */
  readonly fix?: string;
}

const GIB = 1024 ** 3;
const MOST_SKEW_MS = 2_000;
const LONGEST_WAIT_S = 60;

/** Examines everything that can be examined, even where something does not start. */
export const doctor: Run = async (values, terminal) => {
  const checks: Check[] = [
    { check: 'Saglasie', ok: true, found: version },
    {
      check: 'Node',
      ok: Number(process.versions.node.split('.')[0]) >= 26,
      found: process.version,
      fix: 'Run npm ci: it brings Node 26.',
    },
  ];
  try {
    const config = readConfig(terminal.env);
    checks.push({ check: 'configuration', ok: true, found: `role ${config.role}, ${config.publicUrl}` }, mailCheck(config));
    checks.push(...(await withServices(terminal, examineOpened)), ...(await examineDataFolder(config)));
  } catch (thrown) {
    checks.push({ check: 'start', ok: false, found: 'does not start', fix: explainRefusal(thrown) });
  }
  const well = checks.every((check) => check.ok);
  if (values.json) terminal.data(`${JSON.stringify({ well, checks })}\n`);
  else terminal.data(`${checks.map(lineOf).join('\n')}\n`);

  return well ? 0 : 1;
};

async function examineOpened({ services }: OpenServices): Promise<Check[]> {
  const { db, keys, config } = services;
  const [server, applied, shipped, safety] = await Promise.all([
    sql<{ version: string; letters: boolean }>`
      select current_setting('server_version') as version, cardinality(public.show_trgm('я')) > 0 as letters`.execute(db),
    db.selectFrom('migration').select('name').execute(),
    listMigrations(),
    checkDatabaseSafety(db, tablesOfFacts),
  ]);
  const waiting = await findWaiting(db);
  const before = Date.now();
  const databaseTime = await databaseNow(db);
  const skew = Math.abs(databaseTime.getTime() - (before + Date.now()) / 2);

  return [
    { check: 'keys', ok: true, found: `fingerprint ${keys.fingerprint}` },
    {
      check: 'PostgreSQL',
      ok: true,
      found: `${server.rows[0]?.version ?? 'unknown'}, ${config.databaseUrl ? 'by DATABASE_URL' : 'embedded'}`,
    },
    ...safety.map(({ check, holds, fix }) => ({ check, ok: holds, found: holds ? 'yes' : 'no', fix })),
    {
      check: 'migrations',
      ok: applied.length === shipped.length,
      found: `${applied.length} of ${shipped.length}`,
      fix: 'Run npx saglasie migrate.',
    },
    {
      check: 'the ledger is signed',
      ok: waiting.oldestSeconds <= LONGEST_WAIT_S,
      found:
        waiting.entries === 0
          ? 'every entry'
          : `${waiting.entries} entries wait, the oldest ${Math.round(waiting.oldestSeconds)} s`,
      fix: 'Start a worker (npm start); if one runs, its log says why "the ledger is not signed on".',
    },
    {
      check: 'search knows Cyrillic letters',
      ok: server.rows[0]?.letters ?? false,
      found: server.rows[0]?.letters ? 'yes' : 'no: each search reads every contact',
      fix: 'Move to a database created with LC_CTYPE C.UTF-8 or another UTF-8 locale.',
    },
    {
      check: 'clocks agree',
      ok: skew <= MOST_SKEW_MS,
      found: `${Math.round(skew)} ms apart`,
      fix: 'Set the clocks of this machine and of the database by NTP.',
    },
  ];
}

async function examineDataFolder(config: Config): Promise<Check[]> {
  const { dataFolder } = config;
  const [folder, keys, disk] = await Promise.all([stat(dataFolder), stat(join(dataFolder, 'keys.json')), statfs(dataFolder)]);
  const free = disk.bavail * disk.bsize;
  const closed = (mode: number) => process.platform === 'win32' || (mode & 0o077) === 0;

  return [
    modeCheck('data folder is private', folder.mode, dataFolder, '700'),
    modeCheck('keys are private', keys.mode, join(dataFolder, 'keys.json'), '600'),
    {
      check: 'disk space',
      ok: free > GIB,
      found: `${(free / GIB).toFixed(1)} GiB free`,
      fix: `Make room on the disk of ${dataFolder}: PostgreSQL stops when it is full.`,
    },
  ];

  function modeCheck(check: string, mode: number, path: string, wanted: string): Check {
    return { check, ok: closed(mode), found: (mode & 0o777).toString(8), fix: `Run chmod ${wanted} ${path}.` };
  }
}

function mailCheck(config: Config): Check {
  return { check: 'mail', ok: true, found: config.smtpUrl ? 'sent by SMTP' : 'held on screen until SMTP_URL is set' };
}

function lineOf({ check, ok, found, fix }: Check): string {
  const line = `${ok ? 'ok  ' : 'BAD '} ${check}: ${found}`;

  return ok || !fix ? line : `${line}\n     ${fix.replaceAll('\n', '\n     ')}`;
}
