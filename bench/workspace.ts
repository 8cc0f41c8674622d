import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Keys, openKeys } from '#platform/crypto/keys.ts';
import { connect, inTransaction } from '#platform/database/connect.ts';
import { appUrlFor, migrate } from '#platform/database/migrate.ts';
import { startEmbeddedPostgres } from '#platform/postgres/start-embedded-postgres.ts';
import { createApiKey } from '#src/api-keys/create-api-key.ts';
import { checkGenerated } from './generate/check-generated.ts';
import { generateContacts } from './generate/generate-contacts.ts';

/** A workspace with people in it, on a PostgreSQL of its own with full durability, and the real server before it. */
export interface Workspace {
  readonly contacts: number;
  readonly ownerUrl: string;
  readonly appUrl: string;
  readonly keys: Keys;
  readonly address: string;
  readonly apiKey: string;
  readonly serverPid: number;
  close(): Promise<void>;
}

const ROOT = new URL('..', import.meta.url).pathname;

/**
 * Opens a workspace of that size. It is made anew and removed by `close`; with `keep`, a folder, it stays there for the next
 * run, because a million contacts take minutes to make.
 */
export async function openWorkspace(contacts: number, say: (text: string) => void, keep?: string): Promise<Workspace> {
  const dataFolder = keep ? join(keep, String(contacts)) : await makeDataFolder();
  await mkdir(dataFolder, { recursive: true });
  const postgres = await startEmbeddedPostgres({
    dataFolder,
    purpose: 'server',
    log: () => {},
    // Sixty-four clients of a bench, the server's own pool and a few that look.
    settings: { max_connections: '120' },
  });
  let server: RunningServer | undefined;
  const close = async () => {
    await server?.stop();
    await postgres.stop();
    if (!keep) await rm(dataFolder, { recursive: true, force: true });
  };
  try {
    await migrate(postgres.url);
    const keys = await openKeys(dataFolder);
    if (!existsSync(join(dataFolder, MADE))) {
      const made = await generateContacts({ ownerUrl: postgres.url, keys, contacts });
      say(`generated ${made.contacts} contacts, ${made.entries} ledger entries in ${made.seconds.toFixed(0)} s`);
      if (contacts <= 100_000) await checkGenerated(postgres.url, keys, contacts);
      await writeFile(join(dataFolder, MADE), '');
    }
    server = await startServer(dataFolder, { DATABASE_URL: postgres.url });
    const appUrl = await appUrlFor(postgres.url);
    const apiKey = await makeApiKey(appUrl);
    return { contacts, ownerUrl: postgres.url, appUrl, keys, address: server.address, apiKey, serverPid: server.pid, close };
  } catch (cause) {
    await close();
    throw cause;
  }
}

/** Its presence says that generating was not interrupted. */
const MADE = 'generated';

export async function makeDataFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'saglasie-bench-'));
  await chmod(folder, 0o755);
  return folder;
}

export interface RunningServer {
  readonly address: string;
  readonly pid: number;
  /** Milliseconds from starting the process to its first answered page. */
  readonly firstPageAfter: number;
  stop(): Promise<void>;
}

/** Starts `node src/main.ts` as people do, and answers when its first form is served. */
export async function startServer(dataFolder: string, env: NodeJS.ProcessEnv = {}): Promise<RunningServer> {
  const port = await freePort();
  const from = performance.now();
  const child = spawn(process.execPath, [join(ROOT, 'src/main.ts')], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      PORT: String(port),
      SAGLASIE_DATA: dataFolder,
      SAGLASIE_OWNER_EMAIL: 'owner@example.com',
      SAGLASIE_OWNER_PASSWORD: 'a long bench password',
      SAGLASIE_FORM_POSTS_PER_IP_PER_HOUR: '999999999',
      SAGLASIE_FORM_POSTS_PER_FORM_PER_HOUR: '999999999',
      // Nobody confirms here.
      SAGLASIE_FORM_CONFIRM_FLOOR: '0',
      ...env,
    },
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-4000);
  });
  const address = `http://127.0.0.1:${port}`;
  while (!(await answers(`${address}/f/newsletter`))) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}: ${complaint}`);
    await sleep(10);
  }
  return { address, pid: child.pid ?? 0, firstPageAfter: performance.now() - from, stop: () => stopProcess(child) };
}

async function answers(url: string): Promise<boolean> {
  const reply = await fetch(url).catch(() => undefined);
  await reply?.text();
  return reply?.status === 200;
}

async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

async function makeApiKey(appUrl: string): Promise<string> {
  const connection = connect(appUrl, { max: 1 });
  try {
    const scopes = ['contacts.read', 'contacts.export', 'purposes.read', 'imports.write'] as const;
    return (await inTransaction(connection.db, (tx) => createApiKey(tx, { name: 'bench', scopes, actor: { kind: 'command' } })))
      .key;
  } finally {
    await connection.close();
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
