import { Kysely, type Transaction as KyselyTransaction, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { inPipeline } from './pipeline.ts';
import type { DB } from './tables.ts';

/** A handle for reading. Writers take a {@link Transaction}: the compiler refuses a write through a bare handle. */
export type Database = Kysely<DB>;
export type Transaction = KyselyTransaction<DB>;

export interface Connection {
  readonly db: Database;
  readonly pool: pg.Pool;
  close(): Promise<void>;
}

/** Options every connection of the product starts with, as a libpq `options` string. */
export const SESSION_OPTIONS = '-c search_path=saglasie,public -c timezone=UTC -c idle_in_transaction_session_timeout=60000';

/** A pool for the application's role. */
export function connect(url: string, options: { max?: number; onIdleError?: (cause: Error) => void } = {}): Connection {
  const pool = new pg.Pool({ connectionString: url, options: SESSION_OPTIONS, max: options.max ?? 10 });
  // A connection that breaks while idle is replaced by the pool; without a listener Node would end the process.
  pool.on('error', (cause) => options.onIdleError?.(cause));
  const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool }) });
  // Connects when it is first used, so it costs nothing where nobody is in a hurry.
  const pipelines = new pg.Pool({ connectionString: url, options: SESSION_OPTIONS, max: 4, pipeline: true });
  pipelines.on('error', (cause) => options.onIdleError?.(cause));
  // One that breaks while in use fails its statements, which says all; without a listener Node would end the process.
  pipelines.on('connect', (client) => void client.on('error', () => {}));
  pipelinesOf.set(db, pipelines);
  poolOf.set(db, pool);
  return {
    db,
    pool,
    async close() {
      await pipelines.end();
      await db.destroy();
    },
  };
}

const poolOf = new WeakMap<Database, pg.Pool>();

/** Lends a connection as the driver has it, for what only COPY does well. Only for a handle that {@link connect} made. */
export async function onConnection<T>(db: Database, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await poolOf.get(db)?.connect();
  if (!client) throw new Error('only a handle made by connect has connections');
  let broken: Error | undefined;
  try {
    return await work(client);
  } catch (cause) {
    // Whatever stopped it may have left rows on the wire.
    broken = cause as Error;
    throw cause;
  } finally {
    client.release(broken);
  }
}

const pipelinesOf = new WeakMap<Database, pg.Pool>();

/** A session that nobody else uses meanwhile: the handle speaks through the client, so both are in the same transaction. */
export interface OwnSession {
  readonly db: Database;
  readonly client: pg.PoolClient;
}

/**
 * Runs `work` on a session of its own, for what the pool's sessions cannot do: COPY within a transaction, and settings that end
 * with it. Only for a handle that {@link connect} made.
 */
export async function onOwnSession<T>(db: Database, work: (own: OwnSession) => Promise<T>): Promise<T> {
  const pool = poolOf.get(db);
  if (!pool) throw new Error('only a handle made by connect has sessions of its own');
  const client = await pool.connect();
  // Kysely gives it back after each statement; this session stays taken. (An object that inherits from the client would
  // keep its state beside it.)
  const kept = new Proxy(client, {
    get(target, name) {
      if (name === 'release') return () => {};
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const own = new Kysely<DB>({
    dialect: new PostgresDialect({ pool: { connect: async () => kept, end: async () => {}, options: {} } }),
  });
  try {
    return await work({ db: own, client });
  } finally {
    // Its settings are nobody else's: it is not used again.
    client.release(true);
  }
}

/**
 * Like {@link inTransaction}, for the few transactions many people wait for: see {@link inPipeline}. Only for a handle that
 * {@link connect} made.
 */
export function inQuickTransaction<T>(db: Database, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return inPipeline(pipelineOf(db), { begin: 'begin', prepare: true }, work);
}

/**
 * Ends what was done so far in {@link inQuickTransaction} and begins another transaction in its place, without waiting:
 * what is started afterwards belongs to that one. Whoever calls this waits for it, and for every statement started before
 * it, before their work ends: where one of them failed, this is a rollback, and says nothing.
 */
export async function commitAndGoOn(tx: Transaction): Promise<void> {
  await Promise.all([sql`commit`.execute(tx), sql`begin`.execute(tx)]);
}

/**
 * Reads everything as it was at one moment, the questions all asked at once where they are started together. Only for a
 * handle that {@link connect} made.
 */
export function inSnapshot<T>(db: Database, read: (snapshot: Database) => Promise<T>): Promise<T> {
  return inPipeline(pipelineOf(db), { begin: 'begin isolation level repeatable read read only', prepare: false }, read);
}

function pipelineOf(db: Database): pg.Pool {
  const pipelines = pipelinesOf.get(db);
  if (!pipelines) throw new Error('only a handle made by connect has pipelines');
  return pipelines;
}

/** Runs `work` in the transaction that is already open here, or in one of its own. */
export function withinTransaction<T>(db: Database, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return db.isTransaction ? work(db as Transaction) : inTransaction(db, work);
}

/** Runs `work` in one transaction: all of it is there afterwards, or none. */
export function inTransaction<T>(db: Database, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return db.transaction().execute(work);
}
