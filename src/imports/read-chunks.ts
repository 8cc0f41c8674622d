import { setImmediate as breathe } from 'node:timers/promises';
import type { Keys } from '#platform/crypto/keys.ts';
import type { HashedPerson } from './plan-person.ts';
import type { ImportedPerson } from './presets/imported-person.ts';
import type { ImportFile } from './reading/import-file.ts';
import type { ImportedRow } from './reading/imported-row.ts';
import { readRows } from './reading/read-rows.ts';

/** Some rows of a file, understood: what one transaction takes. */
export interface Chunk {
  readonly people: readonly HashedPerson[];
  readonly rows: ReadonlyMap<number, ImportedRow>;
  readonly lastRow: number;
  readonly bytesRead: number;
}

/** Rows of one transaction; a multiple of what is read at once, so that chunks end at the same rows wherever reading began. */
export const CHUNK_ROWS = 4000;
const READ_AT_ONCE = 500;
/** Whoever else is served by this process does not wait longer than this for their turn. */
const TURN_MS = 4;

/** The rows from `from` on, chunk by chunk; the next one is made ready while the database works at the one before. */
export async function* readChunks(
  path: string,
  file: ImportFile,
  options: {
    from: number;
    understand: (row: ImportedRow) => ImportedPerson;
    keys: Keys;
    chunkRows?: number;
    signal?: AbortSignal;
  },
): AsyncGenerator<Chunk> {
  const chunks = makeChunks(path, file, options);
  try {
    let next = chunks.next();
    for (;;) {
      const { value, done } = await next;
      if (done) return;
      next = chunks.next();
      // Whoever stops between two chunks never asks for this one.
      next.catch(() => {});
      yield value;
    }
  } finally {
    await chunks.return(undefined);
  }
}

async function* makeChunks(
  path: string,
  file: ImportFile,
  { from, understand, keys, chunkRows = CHUNK_ROWS, signal }: Parameters<typeof readChunks>[2],
): AsyncGenerator<Chunk> {
  let people: HashedPerson[] = [];
  let rows = new Map<number, ImportedRow>();
  let turn = performance.now();
  for await (const batch of readRows(path, file, {
    from,
    batchRows: Math.min(READ_AT_ONCE, chunkRows),
    ...(signal ? { signal } : {}),
  })) {
    for (const row of batch.rows) {
      people.push(hashed(understand(row), keys));
      rows.set(row.number, row);
      if (performance.now() - turn < TURN_MS) continue;
      await breathe();
      turn = performance.now();
    }
    const lastRow = batch.rows.at(-1)?.number;
    if (rows.size < chunkRows || lastRow === undefined) continue;
    yield { people, rows, lastRow, bytesRead: batch.bytesRead };
    people = [];
    rows = new Map();
  }
  if (rows.size > 0) yield { people, rows, lastRow: Math.max(...rows.keys()), bytesRead: file.bytes };
}

function hashed(person: ImportedPerson, keys: Keys): HashedPerson {
  return {
    ...person,
    points: person.points.map((point) => ({ ...point, hash: keys.matchHash(point.kind, point.address.matchKey) })),
  };
}
