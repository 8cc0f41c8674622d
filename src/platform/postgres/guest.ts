import pg from 'pg';

/** A connection that shows the owner of a PostgreSQL that somebody else is still using it. */
export interface Guest {
  leave(): Promise<void>;
}

/** Joins a running PostgreSQL; undefined when it is only just starting or already stopping. */
export async function joinRunning(url: string): Promise<Guest | undefined> {
  const client = await connect(url).catch((error: unknown) => {
    if (isPassing(error)) return undefined;
    throw error;
  });
  if (!client) return undefined;
  client.unref();
  return {
    leave() {
      client.ref();
      return client.end().catch(() => {});
    },
  };
}

/** Waits until nobody else is connected, at most so long. */
export async function waitForGuests(url: string, patienceMs: number, pause: (ms: number) => Promise<void>): Promise<void> {
  const client = await connect(url).catch(() => undefined);
  if (!client) return;
  const givesUpAt = Date.now() + patienceMs;
  while ((await countGuests(client)) > 0 && Date.now() < givesUpAt) await pause(100);
  await client.end().catch(() => {});
}

// Both methods are there; the published types leave them out.
type QuietClient = pg.Client & { ref(): void; unref(): void };

async function connect(url: string): Promise<QuietClient> {
  const settings = { connectionString: url, application_name: 'saglasie-guest', connectionTimeoutMillis: 5_000 };
  const client = new pg.Client(settings) as QuietClient;
  // It ends when the server does; whoever uses the server will notice by themselves.
  client.on('error', () => {});
  await client.connect();
  return client;
}

async function countGuests(client: pg.Client): Promise<number> {
  const counting = `select count(*)::int as guests from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`;
  const result = await client.query<{ guests: number }>(counting).catch(() => undefined);
  return result?.rows[0]?.guests ?? 0;
}

// 57P01 and 57P02: ended by a shutdown; 57P03: not yet, or no longer, accepting connections.
function isPassing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (error instanceof Error && error.message.startsWith('Connection terminated')) return true;
  return code === 'ECONNREFUSED' || code === 'ECONNRESET' || (typeof code === 'string' && code.startsWith('57P0'));
}
