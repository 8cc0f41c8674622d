import { sql } from 'kysely';
import type { Database } from '#platform/database/connect.ts';
import type { RowCode, RowOutcome } from './import.ts';

/** What became of one row. */
export interface ListedRow {
  readonly row: number;
  readonly line: number;
  readonly part: number;
  readonly outcome: RowOutcome;
  readonly codes: readonly RowCode[];
  /** What stood in it, of rows that did not come in whole. */
  readonly cells: readonly string[] | null;
  readonly contactId: string | null;
}

/** `told`: every row that did not come in whole. `partly`: those of them of which something did. */
export type RowFilter = RowOutcome | 'partly' | 'told';

export async function listRows(
  db: Database,
  importId: string,
  options: { filter?: RowFilter | undefined; after?: number | undefined; limit: number },
): Promise<ListedRow[]> {
  const { filter, after = 0, limit } = options;
  const chosen = {
    told: sql`codes is not null and (cells is not null or outcome in ('refused', 'problem'))`,
    partly: sql`codes is not null and cells is not null and outcome not in ('refused', 'problem')`,
  };
  const where =
    filter === undefined ? sql`true` : filter === 'told' || filter === 'partly' ? chosen[filter] : sql`outcome = ${filter}`;
  const { rows } = await sql<{
    row: number;
    line: number;
    part: number;
    outcome: RowOutcome;
    codes: RowCode[] | null;
    cells: string[] | null;
    contact_id: string | null;
  }>`select row, line, part, outcome, codes, cells, contact_id from import_row
      where import_id = ${importId} and row > ${after} and ${where} order by row limit ${limit}`.execute(db);
  return rows.map(({ codes, contact_id, ...row }) => ({ ...row, codes: codes ?? [], contactId: contact_id }));
}

/** How often each thing kept something out, most often first. */
export async function countReasons(
  db: Database,
  importId: string,
): Promise<{ outcome: RowOutcome; code: string; count: number }[]> {
  const { rows } = await sql<{ outcome: RowOutcome; code: string; count: string }>`
    select r.outcome, c->>'code' as code, count(*) from import_row r, jsonb_array_elements(r.codes) c
     where r.import_id = ${importId} and r.codes is not null group by 1, 2 order by 3 desc, 2 limit 200`.execute(db);
  return rows.map((row) => ({ ...row, count: Number(row.count) }));
}
