import pg from 'pg';
import { SESSION_OPTIONS } from '#platform/database/connect.ts';

/**
 * A connection that sees the database as it was at one moment, for as long as reading takes: its own moment, or the one of
 * another connection that exported it. Closing it is the caller's.
 */
export async function openSnapshot(appUrl: string, snapshot?: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: appUrl, options: SESSION_OPTIONS });
  await client.connect();
  await client.query('begin isolation level repeatable read read only');
  if (snapshot !== undefined) await client.query(`set transaction snapshot ${client.escapeLiteral(snapshot)}`);
  // It may wait for the others longer than anything else in the program may; and joining everything takes memory.
  await client.query(`set local idle_in_transaction_session_timeout = 0; set local work_mem = '128MB'; set local jit = off`);
  return client;
}
