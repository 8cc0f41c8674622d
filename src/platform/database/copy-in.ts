import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

/** A value of COPY's text format. A list becomes an array of uuids or plain words; an object JSON. */
export type Cell =
  | string
  | number
  | boolean
  | null
  | undefined
  | Buffer
  | Date
  | readonly string[]
  | { readonly [key: string]: unknown };

/** Copies rows into a table: columns in the order given. Triggers, checks and privileges hold as for any INSERT. */
export async function copyIn(
  client: pg.ClientBase,
  table: string,
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
): Promise<void> {
  if (rows.length === 0) return;
  let text = '';
  for (const row of rows) {
    for (let at = 0; at < row.length; at++) text += (at === 0 ? '' : '\t') + cellText(row[at]);
    text += '\n';
  }
  const stream = client.query(copyFrom(`copy ${table} (${columns.join(', ')}) from stdin`));
  await new Promise<void>((resolve, reject) => {
    stream.once('finish', resolve).once('error', reject);
    stream.end(text);
  });
}

/** A value as COPY's text format writes it. */
export function cellText(cell: Cell): string {
  if (cell === null || cell === undefined) return '\\N';
  if (typeof cell === 'string') return escaped(cell);
  if (Buffer.isBuffer(cell)) return `\\\\x${cell.toString('hex')}`;
  if (cell instanceof Date) return cell.toISOString();
  if (Array.isArray(cell)) return `{${cell.join(',')}}`;
  return typeof cell === 'object' ? escaped(JSON.stringify(cell)) : String(cell);
}

function escaped(text: string): string {
  return /[\\\t\n\r]/.test(text) ? text.replace(/[\\\t\n\r]/g, (sign) => escapes[sign] ?? sign) : text;
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
