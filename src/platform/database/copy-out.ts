import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';

/** One row as PostgreSQL sends it in binary; read it at once, because the next row takes its place. */
export interface BinaryRow {
  readonly bytes: Buffer;
  /** Where each column begins in `bytes`, and how long it is; -1 when it is null. */
  readonly at: Int32Array;
  readonly length: Int32Array;
}

const SIGNATURE = 11;
const HEADER = SIGNATURE + 8;

/**
 * Streams the rows of a query past `onRow`, as bytes and without an object per value: for reading millions. Memory stays
 * flat. The query takes no parameters.
 */
export async function copyOut(
  client: pg.Client | pg.PoolClient,
  query: string,
  columns: number,
  onRow: (row: BinaryRow) => void,
): Promise<void> {
  const at = new Int32Array(columns);
  const length = new Int32Array(columns);
  let rest: Buffer | undefined;
  let begun = false;
  for await (const chunk of client.query(copyTo(`copy (${query}) to stdout (format binary)`))) {
    const bytes: Buffer = rest ? Buffer.concat([rest, chunk as Buffer]) : (chunk as Buffer);
    let next = 0;
    if (!begun) {
      if (bytes.length < HEADER) {
        rest = bytes;
        continue;
      }
      next = HEADER + bytes.readInt32BE(SIGNATURE + 4);
      begun = true;
    }
    const row = { bytes, at, length };
    for (;;) {
      const end = endOfRow(bytes, next, at, length);
      if (end < 0) break;
      onRow(row);
      next = end;
    }
    rest = next < bytes.length ? bytes.subarray(next) : undefined;
  }
}

/** Finds the columns of the row at `start`; -1 when not all of it is there yet, or it is the end of the data. */
function endOfRow(bytes: Buffer, start: number, at: Int32Array, length: Int32Array): number {
  let next = start + 2;
  if (next > bytes.length || int16At(bytes, start) < 0) return -1;
  for (let column = 0; column < at.length; column++) {
    if (next + 4 > bytes.length) return -1;
    const long = int32At(bytes, next);
    next += 4;
    at[column] = next;
    length[column] = long;
    if (long > 0) next += long;
  }
  return next > bytes.length ? -1 : next;
}

const int16At = (bytes: Buffer, at: number): number => (((bytes[at] as number) << 24) >> 16) | (bytes[at + 1] as number);

export function int32At(bytes: Buffer, at: number): number {
  return (
    ((bytes[at] as number) << 24) |
    ((bytes[at + 1] as number) << 16) |
    ((bytes[at + 2] as number) << 8) |
    (bytes[at + 3] as number)
  );
}

/** A bigint column; beyond 2^53 it is rounded. */
export function int64At(bytes: Buffer, at: number): number {
  return int32At(bytes, at) * 2 ** 32 + (int32At(bytes, at + 4) >>> 0);
}

const hex: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export function uuidAt(bytes: Buffer, at: number): string {
  let text = '';
  for (let byte = 0; byte < 16; byte++) {
    if (byte === 4 || byte === 6 || byte === 8 || byte === 10) text += '-';
    text += hex[bytes[at + byte] as number];
  }
  return text;
}
