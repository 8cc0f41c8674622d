import { type BinaryRow, int64At } from '#platform/database/copy-out.ts';
import type { PeopleColumn } from '#src/contacts/people-columns.ts';
import type { Out } from './out.ts';

/** What a format is written by: a beginning, each person, an end. */
export interface PeopleWriter {
  begin(out: Out): void;
  row(out: Out, row: BinaryRow): void;
  end(out: Out): void;
}

// PostgreSQL counts microseconds from the year 2000.
const EPOCH_MS = Date.UTC(2000, 0, 1);

/** The value of a column as text; undefined when there is none. */
export function valueAt(row: BinaryRow, at: number, column: PeopleColumn): string | undefined {
  const length = row.length[at] as number;
  if (length < 0) return undefined;
  const from = row.at[at] as number;
  if (column.isTime) return new Date(EPOCH_MS + Math.floor(int64At(row.bytes, from) / 1000)).toISOString();
  return row.bytes.toString('utf8', from, from + length);
}
