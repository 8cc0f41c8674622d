import { hash } from 'node:crypto';
import pg from 'pg';
import { SESSION_OPTIONS } from '#platform/database/connect.ts';
import { migrate } from '#platform/database/migrate.ts';
import { Frontier } from '#src/ledger/merkle.ts';
import { copyInto } from './copy-rows.ts';

export interface MadeLeaves {
  /** For the owner of a database that holds a log of so many leaves and nothing else. */
  readonly url: string;
  readonly root: Buffer;
  remove(): Promise<void>;
}

const NAME = 'saglasie_bench_leaves';
const AT_ONCE = 100_000;

/** Makes a log of that many leaves in a database of its own beside the workspace's: millions in a minute, past the sequencer. */
export async function makeLeaves(ownerUrl: string, many: number): Promise<MadeLeaves> {
  const url = new URL(ownerUrl);
  url.pathname = `/${NAME}`;
  await onDatabase(ownerUrl, `drop database if exists ${NAME} with (force)`, `create database ${NAME}`);
  await migrate(url.href);
  const client = new pg.Client({ connectionString: url.href, options: SESSION_OPTIONS });
  await client.connect();
  try {
    await client.query('set session_replication_role = replica');
    const frontier = new Frontier();
    for (let from = 0; from < many; from += AT_ONCE) {
      const tiles: { level: number; number: number; root: Buffer }[] = [];
      const leaves = copyInto(client, 'ledger_leaf', ['position', 'entry_id', 'leaf_hash']);
      for (let position = from; position < Math.min(many, from + AT_ONCE); position++) {
        const leaf = hash('sha256', `leaf ${position}`, 'buffer');
        frontier.add(leaf, (height, number, root) => {
          if (height % 8 === 0) tiles.push({ level: height / 8 - 1, number, root });
        });
        leaves.add([position, `00000000-0000-7000-8000-${position.toString(16).padStart(12, '0')}`, leaf]);
        await leaves.flush();
      }
      await leaves.end();
      const copy = copyInto(client, 'ledger_tile', ['level', 'number', 'root']);
      for (const { level, number, root } of tiles) copy.add([level, number, root]);
      await copy.end();
    }
    await client.query('vacuum (analyze) ledger_leaf, ledger_tile');
    return { url: url.href, root: frontier.root(), remove: () => onDatabase(ownerUrl, `drop database ${NAME} with (force)`) };
  } finally {
    await client.end();
  }
}

async function onDatabase(url: string, ...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
