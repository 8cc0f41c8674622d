import { once } from 'node:events';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { type Cell, cellText } from '#platform/database/copy-in.ts';

export type { Cell };

/** Rows of one table on their way into it: columns in the order given, ended by `end`. */
export interface CopyInto {
  add(row: readonly Cell[]): void;
  /** Resolves when what was added so far is on its way, so that memory stays flat. */
  flush(): Promise<void>;
  end(): Promise<void>;
}

const CHUNK = 256 * 1024;

/** Opens one COPY on a connection that does nothing else meanwhile. */
export function copyInto(client: pg.Client, table: string, columns: readonly string[]): CopyInto {
  const stream = client.query(copyFrom(`copy ${table} (${columns.join(', ')}) from stdin`));
  const failed = new Promise<never>((_, reject) => void stream.once('error', reject));
  failed.catch(() => {});
  let text = '';
  let taken: Promise<unknown> = Promise.resolve();
  // One chunk is under way while the next is made: generator and database use a core each.
  const write = async () => {
    await taken;
    const chunk = text;
    text = '';
    taken = chunk === '' || stream.write(chunk) ? Promise.resolve() : Promise.race([once(stream, 'drain'), failed]);
    taken.catch(() => {});
  };
  return {
    add(row) {
      let line = '';
      for (let at = 0; at < row.length; at++) line += (at === 0 ? '' : '\t') + cellText(row[at] ?? null);
      text += `${line}\n`;
    },
    flush: async () => {
      if (text.length > CHUNK) await write();
    },
    async end() {
      await write();
      await taken;
      const done = once(stream, 'finish');
      stream.end();
      await Promise.race([done, failed]);
    },
  };
}
