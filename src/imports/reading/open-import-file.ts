import { type ByteSource, headOf } from './byte-source.ts';
import type { TextRow } from './csv-tokenizer.ts';
import { FileRefused } from './file-refused.ts';
import { findHeader, lettersOf } from './find-header.ts';
import type { Delimiter, Encoding, FilePart, FileRemark, ImportFile } from './import-file.ts';
import type { ImportedRow } from './imported-row.ts';
import { openUpload, type Upload } from './open-upload.ts';
import { defaultLimits, type ReadLimits } from './read-limits.ts';
import { partRow, readPart } from './read-part.ts';
import { sniffDelimiter } from './sniff-delimiter.ts';
import { sniffEncoding } from './sniff-encoding.ts';
import { sniffKind } from './sniff-kind.ts';
import { vcardColumns } from './vcard-columns.ts';

export interface OpenOptions {
  /** As it was called where it came from; it decides nothing, and is what the part of a single file is called. */
  readonly fileName: string;
  readonly limits?: ReadLimits;
  /** Of a workbook; the first visible one unless told. */
  readonly sheet?: string;
  readonly signal?: AbortSignal;
}

/** Rows looked at to find the header. */
const FIRST_ROWS = 50;
const SAMPLE_ROWS = 20;
const HEAD = 64 * 1024;

/**
 * Finds out what an upload is: its format by its content, encoding, separator, columns and first rows. A text is read through
 * once for its encoding; nothing is kept of it.
 *
 * @throws FileRefused
 */
export async function openImportFile(path: string, options: OpenOptions): Promise<ImportFile> {
  const { fileName, limits = defaultLimits, signal } = options;
  const upload = await openUpload(path, fileName, limits, signal);
  try {
    if (upload.workbook) return await openedWorkbook(upload, fileName, limits, options.sheet, signal);
    const parts: FilePart[] = [];
    for (const source of upload.sources) {
      const part = await textPart(upload, source, limits, parts.length, signal);
      if (part) parts.push(part);
    }
    if (parts.length === 0) throw new FileRefused('import-file-no-table');
    const [first] = parts as [FilePart, ...FilePart[]];
    const remarks = [...first.remarks];
    if (upload.otherFiles > 0) remarks.push({ code: 'other-files', values: { files: upload.otherFiles } });
    const isNamed = { csv: /\.(csv|tsv|tab|txt)$/i, vcard: /\.(vcf|vcard)$/i, zip: /\.zip$/i, xlsx: /\.xlsx$/i }[upload.format];
    if (!isNamed.test(fileName)) remarks.push({ code: 'other-extension', values: { format: upload.format } });
    return { format: upload.format, bytes: upload.bytes, parts: [{ ...first, remarks }, ...parts.slice(1)] };
  } finally {
    upload.close();
  }
}

/** Null for a file of an archive that holds nothing. */
async function textPart(
  upload: Upload,
  source: ByteSource,
  limits: ReadLimits,
  index: number,
  signal: AbortSignal | undefined,
): Promise<FilePart | null> {
  const head = await headOf(source, HEAD);
  let kind: ReturnType<typeof sniffKind>;
  try {
    kind = sniffKind(head);
  } catch (cause) {
    if (upload.format === 'zip' && cause instanceof FileRefused && cause.code === 'import-file-empty') return null;
    throw cause;
  }
  if (kind === 'zip') throw new FileRefused('import-file-compressed');
  const { encoding, isGuessed, otherLines } = await sniffEncoding(source, signal);
  const remarks: FileRemark[] = [];
  if (isGuessed) remarks.push({ code: 'guessed-encoding', values: { encoding } });
  if (otherLines > 0) remarks.push({ code: 'mixed-encoding', values: { lines: otherLines } });
  if (kind === 'vcard') {
    const format = { name: source.name, format: 'vcard', encoding, delimiter: null } as const;
    const rows = await firstRows(upload, format, limits, signal);
    return partOf(format, { line: 0, names: vcardColumns }, rows, index, remarks);
  }
  const delimiter = sniffDelimiter(decodedHead(head, encoding), limits);
  const format = { name: source.name, format: 'csv', encoding, delimiter } as const;
  const rows = await firstRows(upload, format, limits, signal);
  if (rows.length === 0) {
    if (upload.format === 'zip') return null;
    throw new FileRefused('import-file-no-table');
  }
  return tablePart(format, rows, limits, index, remarks);
}

async function openedWorkbook(
  upload: Upload,
  fileName: string,
  limits: ReadLimits,
  wanted: string | undefined,
  signal: AbortSignal | undefined,
): Promise<ImportFile> {
  const sheets = upload.workbook?.sheets ?? [];
  const visible = sheets.filter(({ isHidden }) => !isHidden);
  const candidates = wanted === undefined ? visible : sheets.filter(({ name }) => name === wanted);
  for (const sheet of candidates) {
    const format = { name: sheet.name, format: 'xlsx', encoding: null, delimiter: null } as const;
    const rows = await firstRows(upload, format, limits, signal);
    if (rows.length === 0) continue;
    const remarks: FileRemark[] = [];
    if (sheets.length > 1) remarks.push({ code: 'other-sheets', values: { sheets: sheets.length - 1 } });
    if (!/\.xlsx$/i.test(fileName)) remarks.push({ code: 'other-extension', values: { format: 'xlsx' } });
    return { format: 'xlsx', bytes: upload.bytes, parts: [tablePart(format, rows, limits, 0, remarks)] };
  }
  throw new FileRefused('import-file-no-table');
}

type Format = Pick<FilePart, 'name' | 'format'> & { readonly encoding: Encoding | null; readonly delimiter: Delimiter | null };

async function firstRows(upload: Upload, format: Format, limits: ReadLimits, signal?: AbortSignal): Promise<TextRow[]> {
  const rows: TextRow[] = [];
  for await (const read of readPart(upload, format, limits, signal)) {
    rows.push(...read.rows.slice(0, FIRST_ROWS));
    if (rows.length >= FIRST_ROWS) break;
  }
  return rows.slice(0, FIRST_ROWS);
}

function tablePart(
  format: Format,
  rows: readonly TextRow[],
  limits: ReadLimits,
  index: number,
  remarks: readonly FileRemark[],
): FilePart {
  const header = findHeader(rows);
  const headerRow = rows.find(({ line }) => line === header.line);
  if ((headerRow?.width ?? 0) > limits.columns || usualWidth(rows) > limits.columns)
    throw new FileRefused('import-file-too-many-columns', { most: limits.columns });
  // A table of one row may have no data; a table of names alone has nothing to import, and its part is then simply empty.
  const names = [...header.names];
  for (let column = names.length; column < usualWidth(rows); column++) names.push(freeName(names, lettersOf(column)));
  const more: FileRemark[] = [];
  if (header.line === 0) more.push({ code: 'no-header' });
  if (header.hasDuplicates) more.push({ code: 'duplicate-columns' });
  return partOf(format, { line: header.line, names }, rows, index, [...remarks, ...more]);
}

function partOf(
  format: Format,
  header: { readonly line: number; readonly names: readonly string[] },
  rows: readonly TextRow[],
  index: number,
  remarks: readonly FileRemark[],
): FilePart {
  const shape = { columns: header.names, headerLine: header.line, format: format.format };
  const sample = rows
    .flatMap((row) => partRow(row, shape) ?? [])
    .slice(0, SAMPLE_ROWS)
    .map((row, at): ImportedRow => ({ number: at + 1, part: index, ...row }));
  return { ...format, columns: [...header.names], headerLine: header.line, sample, remarks };
}

/** How many cells most rows have. */
function usualWidth(rows: readonly TextRow[]): number {
  const counts = new Map<number, number>();
  for (const { width } of rows) counts.set(width, (counts.get(width) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0] ?? 0;
}

function freeName(names: readonly string[], name: string): string {
  return names.includes(name) ? `${name} (2)` : name;
}

/** Up to the end of the last line, so that no row is half there. */
function decodedHead(head: Buffer, encoding: Encoding): string {
  const text = new TextDecoder(encoding).decode(head);
  const end = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r'));
  return head.length < HEAD || end < 0 ? text : text.slice(0, end + 1);
}
