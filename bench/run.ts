import { execFile } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { parseArgs, promisify } from 'node:util';
import pg from 'pg';
import { benchConsent } from './consent.ts';
import { benchContacts } from './contacts.ts';
import { benchDuplicates } from './duplicates.ts';
import { benchExport } from './export.ts';
import { benchImport } from './import.ts';
import { benchLedger } from './ledger.ts';
import { benchPersonExport } from './person-export.ts';
import { type Figure, type Report, writeTable } from './report.ts';
import { benchStart } from './start.ts';
import { benchVerify } from './verify.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

/** Benches of a workspace with people in it; those that add to it come last. */
const benches: Readonly<Record<string, (workspace: Workspace, earlier: readonly Figure[]) => Promise<Figure[]>>> = {
  'person-export': benchPersonExport,
  contacts: benchContacts,
  export: benchExport,
  verify: benchVerify,
  duplicates: benchDuplicates,
  import: (workspace) => benchImport(workspace),
  consent: benchConsent,
  ledger: (workspace) => benchLedger(workspace, values.leaves === undefined ? undefined : sizeOf(values.leaves)),
};

const usage = `npm run bench [-- NAME …] [--contacts 10k,100k,1m] [--leaves 10m] [--keep FOLDER] [--json]

Names: start, ${Object.keys(benches).join(', ')}; all of them without a name. Each starts its own PostgreSQL in a folder of
its own, with full durability, and removes it at the end. Exits with 1 when something could not be measured; a figure
below its floor is marked, and is no failure to measure. --leaves makes a log of that size for the proofs of ledger. --keep leaves the people in FOLDER for the next run.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean' },
    contacts: { type: 'string', default: '10k,100k' },
    leaves: { type: 'string' },
    keep: { type: 'string' },
    help: { type: 'boolean' },
  },
});
const unknown = positionals.filter((name) => name !== 'start' && !Object.hasOwn(benches, name));
if (values.help || unknown.length > 0) {
  process.stderr.write(unknown.length > 0 ? `There is no bench ${unknown.join(', ')}.\n\n${usage}` : usage);
  process.exit(values.help ? 0 : 2);
}

const say = (text: string) => void process.stderr.write(`${text}\n`);
const wanted = (name: string) => positionals.length === 0 || positionals.includes(name);
const failures: string[] = [];
const figures: Figure[] = [];
let postgresVersion = '';

if (wanted('start')) await measure('start', benchStart);
const wantedHere = Object.entries(benches).filter(([name]) => wanted(name));
if (wantedHere.length > 0) for (const contacts of sizesOf(values.contacts)) await measureIn(contacts);

const report: Report = {
  at: new Date().toISOString(),
  machine: { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, memoryGiB: Math.round(totalmem() / 2 ** 30) },
  node: process.version,
  postgres: postgresVersion,
  commit: await commitOf(),
  figures,
};
process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : writeTable(report));
for (const failure of failures) say(`NOT MEASURED ${failure}`);
process.exitCode = failures.length > 0 ? 1 : 0;

async function measureIn(contacts: number): Promise<void> {
  say(`${contacts} contacts`);
  let workspace: Workspace;
  try {
    workspace = await openWorkspace(contacts, (text) => say(`  ${text}`), values.keep);
  } catch (cause) {
    failures.push(`${contacts} contacts: ${explain(cause)}`);
    return;
  }
  try {
    postgresVersion = await versionOf(workspace.ownerUrl);
    for (const [name, bench] of wantedHere) await measure(name, () => bench(workspace, [...figures]));
  } finally {
    await workspace.close();
  }
}

async function measure(name: string, bench: () => Promise<Figure[]>): Promise<void> {
  say(`  ${name}`);
  try {
    figures.push(...(await bench()));
  } catch (cause) {
    failures.push(`${name}: ${explain(cause)}`);
  }
}

function explain(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function sizesOf(list: string): number[] {
  return list.split(',').map(sizeOf);
}

function sizeOf(text: string): number {
  const [, number, unit] = /^(\d+)(k|m)?$/i.exec(text.trim()) ?? [];
  const contacts = Number(number) * ({ k: 1000, m: 1_000_000 }[unit?.toLowerCase() ?? ''] ?? 1);
  if (contacts > 0) return contacts;
  say(`${text}: write 10k, 100k, 1m or a number.`);
  process.exit(2);
}

async function versionOf(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<{ server_version: string }>('show server_version')).rows[0]?.server_version ?? '';
  } finally {
    await client.end();
  }
}

async function commitOf(): Promise<string> {
  const { stdout } = await promisify(execFile)('git', ['rev-parse', '--short', 'HEAD'], { cwd: import.meta.dirname }).catch(
    () => ({ stdout: '' }),
  );
  return stdout.trim();
}
