import { createHash } from 'node:crypto';
import type { Writable } from 'node:stream';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely';
import type pg from 'pg';
import type { Transaction } from './connect.ts';
import type { DB } from './tables.ts';

export interface PipelineOptions {
  /** How the transaction begins. */
  readonly begin: string;
  /**
   * Statements are prepared once per connection, which keeps each text it has seen: only where texts are few and fixed, with
   * `= any($1)` where a list would make each length a text of its own.
   */
  readonly prepare: boolean;
}

/**
 * Runs `work` in one transaction whose statements leave as soon as they are made, without waiting for the answers to those
 * before them. Statements that need no other's answer should be started together (`Promise.all`): they then cost one round
 * trip, and run in the order in which they were started.
 *
 * The first refusal is thrown; nothing of the transaction is there then.
 */
export async function inPipeline<T>(
  pool: pg.Pool,
  { begin, prepare }: PipelineOptions,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    // Goes out with the first statement. Should it fail, so does everything after it.
    const begun = client.query(begin);
    begun.catch(() => {});
    try {
      const result = await work(transactionOn(client, prepare));
      await begun;
      const { command } = await client.query('commit');
      // So ends a COMMIT after a statement that failed and whose failure `work` kept to itself.
      if (command !== 'COMMIT') throw new Error('the transaction was rolled back');
      return result;
    } catch (cause) {
      await client.query('rollback').catch((failure: Error) => {
        broken = failure;
      });
      throw cause;
    }
  } finally {
    client.release(broken);
  }
}

const transactions = { prepared: new WeakMap<pg.ClientBase, Transaction>(), plain: new WeakMap<pg.ClientBase, Transaction>() };

function transactionOn(client: pg.PoolClient, prepare: boolean): Transaction {
  const known = transactions[prepare ? 'prepared' : 'plain'];
  let tx = known.get(client);
  if (!tx) {
    tx = new Kysely<DB>({
      dialect: {
        createAdapter: () => new PostgresAdapter(),
        createQueryCompiler: () => new PostgresQueryCompiler(),
        createIntrospector: (db) => new PostgresIntrospector(db),
        createDriver: () => new PipelineDriver(client, prepare),
      },
    }) as unknown as Transaction;
    known.set(client, tx);
  }
  return tx;
}

/** One connection for every statement at once: the queue is the server's. Beginning and ending are the caller's. */
class PipelineDriver implements Driver {
  readonly #connection: DatabaseConnection;

  constructor(client: pg.ClientBase, prepare: boolean) {
    this.#connection = {
      executeQuery: <R>(query: CompiledQuery) => send<R>(client, query, prepare),
      // biome-ignore lint/correctness/useYield: the interface asks for a generator; a cursor cannot share a pipeline
      async *streamQuery() {
        throw new Error('a pipeline cannot stream');
      },
    };
  }

  async init(): Promise<void> {}
  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }
  async releaseConnection(): Promise<void> {}
  async destroy(): Promise<void> {}
  beginTransaction = refuse;
  commitTransaction = refuse;
  rollbackTransaction = refuse;
}

async function refuse(): Promise<never> {
  throw new Error('a pipeline is one transaction already');
}

async function send<R>(client: pg.ClientBase, query: CompiledQuery, prepare: boolean): Promise<QueryResult<R>> {
  const { stream } = (client as unknown as { connection: { stream: Writable } }).connection;
  stream.cork();
  process.nextTick(() => stream.uncork());
  const { rows, rowCount } = await client.query<never>({
    ...(prepare ? { name: nameOf(query.sql) } : {}),
    text: query.sql,
    values: [...query.parameters],
  });
  return { rows, numAffectedRows: BigInt(rowCount ?? 0) };
}

const names = new Map<string, string>();

function nameOf(text: string): string {
  let name = names.get(text);
  if (name === undefined) {
    name = createHash('sha256').update(text).digest('base64url').slice(0, 22);
    names.set(text, name);
  }
  return name;
}
