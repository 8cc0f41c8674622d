import pg from 'pg';
import { SESSION_OPTIONS } from '#platform/database/connect.ts';
import { type BinaryRow, copyOut } from '#platform/database/copy-out.ts';

/** The database at one moment, as whoever verifies reads it. */
export interface Snapshot {
  /** Every row of a query, in binary, past `onRow`. */
  rows(query: string, columns: number, onRow: (row: BinaryRow) => void): Promise<void>;
  /** The few rows of a query. */
  query<Row extends pg.QueryResultRow>(query: string): Promise<Row[]>;
}

export interface OpenSnapshot extends Snapshot {
  close(): Promise<void>;
}

export function snapshotOf(client: pg.Client | pg.PoolClient): Snapshot {
  return {
    rows: (query, columns, onRow) => copyOut(client, query, columns, onRow),
    query: async <Row extends pg.QueryResultRow>(query: string) => (await client.query<Row>(query)).rows,
  };
}

/**
 * A connection that sees the database as it was at one moment, for as long as reading takes: its own moment, or the one of
 * another connection that exported it.
 */
export async function openSnapshot(appUrl: string, exported?: string): Promise<OpenSnapshot> {
  const client = new pg.Client({ connectionString: appUrl, options: SESSION_OPTIONS });
  await client.connect();
  await client.query('begin isolation level repeatable read read only');
  if (exported !== undefined) await client.query(`set transaction snapshot ${client.escapeLiteral(exported)}`);
  // It may wait for the others longer than anything else in the program may; and joining everything takes memory.
  await client.query(`set local idle_in_transaction_session_timeout = 0; set local work_mem = '128MB'; set local jit = off`);
  return { ...snapshotOf(client), close: () => client.end() };
}
