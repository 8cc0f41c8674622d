import type { TextRow } from './csv-tokenizer.ts';
import { FileRefused } from './file-refused.ts';
import type { FilePart } from './import-file.ts';
import type { RowProblem } from './imported-row.ts';
import type { Upload } from './open-upload.ts';
import { readCards } from './read-cards.ts';
import { readCsv } from './read-csv.ts';
import type { ReadLimits } from './read-limits.ts';
import { readSheet } from './read-sheet.ts';
import { separatorLine } from './sniff-delimiter.ts';

/** All rows of one part as they stand there, with the bytes read of it and how many it has. */
export async function* readPart(
  upload: Upload,
  part: Pick<FilePart, 'name' | 'format' | 'encoding' | 'delimiter'>,
  limits: ReadLimits,
  signal?: AbortSignal,
): AsyncGenerator<{ readonly rows: readonly TextRow[]; readonly bytesRead: number; readonly bytes: number }> {
  if (part.format === 'xlsx') {
    const sheet = upload.workbook?.sheets.find(({ name }) => name === part.name);
    if (!upload.workbook || !sheet) throw new FileRefused('import-file-damaged');
    for await (const read of readSheet(upload.workbook, sheet, limits, signal)) yield { ...read, bytes: sheet.source.bytes };
    return;
  }
  const source = upload.sources.find(({ name }) => name === part.name);
  if (!source) throw new FileRefused('import-file-damaged');
  const encoding = part.encoding ?? 'utf-8';
  const reading =
    part.format === 'vcard'
      ? readCards(source, encoding, limits, signal)
      : readCsv(source, { encoding, delimiter: part.delimiter ?? ',' }, limits, signal);
  for await (const read of reading) yield { ...read, bytes: source.bytes };
}

/**
 * A row as one of its part: with as many cells as there are columns, or with the problem it has. Null for what is no row of
 * data: the header and what stands above it, and lines in which every cell is blank.
 */
export function partRow(
  row: TextRow,
  part: Pick<FilePart, 'columns' | 'headerLine' | 'format'>,
): { readonly line: number; readonly cells: readonly string[]; readonly problem?: RowProblem } | null {
  if (row.line <= part.headerLine) return null;
  const { line, cells } = row;
  if (row.problem) return row;
  const columns = part.columns.length;
  if (row.width === columns) return cells.some(isFilled) ? { line, cells: padded(cells, columns) } : null;
  if (!cells.some(isFilled)) return null;
  if (line === 1 && separatorLine.test(cells.join(''))) return null;
  if (row.width > columns) {
    // An empty cell at the end is only a separator too many.
    if (row.width === cells.length && !cells.slice(columns).some(isFilled)) return { line, cells: cells.slice(0, columns) };
    return { line, cells, problem: { code: 'too-many-cells', values: { cells: row.width, columns } } };
  }
  // In a workbook a row ends with its last filled cell; in a text a missing cell may be any of them.
  if (part.format === 'xlsx') return { line, cells: padded(cells, columns) };
  return { line, cells: padded(cells, columns), problem: { code: 'too-few-cells', values: { cells: row.width, columns } } };
}

function isFilled(cell: string): boolean {
  return cell !== '' && cell.trim() !== '';
}

function padded(cells: readonly string[], columns: number): readonly string[] {
  return cells.length < columns ? [...cells, ...Array<string>(columns - cells.length).fill('')] : cells;
}
