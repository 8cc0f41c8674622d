import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurably } from '#platform/postgres/write-durably.ts';

/**
 * The last checkpoint, kept where the database is not. A database set back to an older state is consistent in itself; only
 * something outside it remembers that it once said more.
 */
export interface OutsideCheckpoint {
  readonly path: string;
  /** The signed note; undefined when none was ever kept. */
  read(): Promise<string | undefined>;
  /** On disk before it resolves. */
  keep(note: string): Promise<void>;
}

export function outsideCheckpointIn(dataFolder: string): OutsideCheckpoint {
  const path = join(dataFolder, 'ledger-checkpoint');
  return {
    path,
    async read() {
      try {
        return await readFile(path, 'utf8');
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw cause;
      }
    },
    keep: (note) => writeDurably(path, note),
  };
}
