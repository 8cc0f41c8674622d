import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { startEmbeddedPostgres } from '#platform/postgres/start-embedded-postgres.ts';

const ROOT = join(import.meta.dirname, '..', '..');

export const owner = { email: 'owner@primer.bg', password: 'correct horse battery' } as const;

/** The real program with its own embedded PostgreSQL: nothing of it is made easier for the tests, durability least of all. */
export interface Server {
  /** Without a final slash. */
  readonly url: string;
  readonly port: number;
  readonly dataFolder: string;
  readonly process: ChildProcess;
  /** One-time link, where it was started without an owner. */
  readonly setUpUrl: string | undefined;
  /** For the owner of its database, as it listens now. */
  databaseUrl(): Promise<string>;
  /** Everything it logged and printed. */
  output(): string;
  /** Ends it as an operator would; its data stay. */
  stop(): Promise<void>;
  /** Ends it and deletes its data. */
  remove(): Promise<void>;
}

export interface ServerOptions {
  /** Started again on what an earlier one left. */
  readonly dataFolder?: string;
  readonly port?: number;
  /** Without: the program waits to be set up by its link. */
  readonly owner?: { readonly email: string; readonly password: string } | 'none';
  readonly env?: Readonly<Record<string, string>>;
  /** In a process group of its own, so that a test may kill all of it. */
  readonly detached?: boolean;
}

/** Starts `node src/main.ts` and resolves when it says that it is running. */
export async function startServer(options: ServerOptions = {}): Promise<Server> {
  const dataFolder = options.dataFolder ?? newDataFolder();
  const port = options.port ?? (await freePort());
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, ['src/main.ts'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: options.detached ?? false,
    env: {
      PATH: process.env['PATH'],
      PORT: String(port),
      SAGLASIE_URL: url,
      SAGLASIE_DATA: dataFolder,
      // Every client of a test comes from one address; the limits have tests of their own.
      SAGLASIE_FORM_POSTS_PER_IP_PER_HOUR: '100000',
      SAGLASIE_FORM_POSTS_PER_FORM_PER_HOUR: '100000',
      ...(options.owner === 'none' ? {} : ownerVariables(options.owner ?? owner)),
      ...options.env,
    },
  });
  const ended = once(child, 'exit');
  let output = '';
  const lines = createInterface(child.stdout);
  child.stderr.on('data', (part: Buffer) => (output += part.toString()));
  const setUpUrl = await new Promise<string | undefined>((resolve, reject) => {
    lines.on('line', (line) => {
      output += `${line}\n`;
      // The last thing it says: everything is up by then.
      const said = /^ +(?:Saglasie is running at|(http\S+\/setup\/\S+)$)/.exec(line);
      if (said) resolve(said[1]);
    });
    void ended.then(([code, signal]) => reject(new Error(`the server ended (${code ?? signal}) before it was up:\n${output}`)));
  });

  const server: Server = {
    url,
    port,
    dataFolder,
    process: child,
    setUpUrl,
    databaseUrl: () => databaseUrlOf(dataFolder),
    output: () => output,
    async stop() {
      const isUp = child.exitCode === null && child.signalCode === null;
      child.kill('SIGTERM');
      const [code, signal] = await ended;
      // Ending without having stopped its PostgreSQL would be a defect of the program, not of the test that is just over.
      if (isUp && code !== 0) throw new Error(`the server did not stop cleanly (${code ?? signal}):\n${output.slice(-3000)}`);
    },
    async remove() {
      await server.stop();
      rmSync(dataFolder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  return server;
}

export function newDataFolder(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), 'saglasie-journey-')));
}

/** Rows of a query by the owner of the server's database. */
export async function ask<Row extends pg.QueryResultRow>(server: Server, text: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client({ connectionString: await server.databaseUrl(), options: '-c search_path=saglasie,public' });
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}

/** Where the embedded PostgreSQL of a running server listens. */
async function databaseUrlOf(dataFolder: string): Promise<string> {
  const guest = await startEmbeddedPostgres({ dataFolder, purpose: 'command', log: () => {} });
  await guest.stop();
  return guest.url;
}

function ownerVariables({ email, password }: { email: string; password: string }): Record<string, string> {
  return { SAGLASIE_OWNER_EMAIL: email, SAGLASIE_OWNER_PASSWORD: password };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
