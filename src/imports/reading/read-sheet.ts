import type { TextRow } from './csv-tokenizer.ts';
import { type Sheet, unescaped, type Workbook } from './open-workbook.ts';
import type { ReadLimits } from './read-limits.ts';
import { readXml } from './read-xml.ts';

/** Rows of a sheet, with the bytes of it read by then. Of a formula its last result is taken; days become ISO 8601. */
export async function* readSheet(
  workbook: Workbook,
  sheet: Sheet,
  limits: ReadLimits,
  signal?: AbortSignal,
): AsyncGenerator<{ readonly rows: TextRow[]; readonly bytesRead: number }> {
  let rows: TextRow[] = [];
  let cells: string[] = [];
  let width = 0;
  let line = 0;
  let column = -1;
  let kind = '';
  let style = 0;
  let value = '';
  let length = 0;
  let takes: 'value' | 'text' | null = null;
  let isReading = false;

  const endOfCell = () => {
    const text = shown(workbook, kind, style, value);
    width = Math.max(width, column + 1);
    length += text.length;
    if (text === '' || column >= limits.columns || length > limits.rowCharacters) return;
    while (cells.length < column) cells.push('');
    cells[column] = text;
  };
  const endOfRow = () => {
    if (cells.length === 0) return;
    const row = { line, cells, width };
    if (length > limits.rowCharacters) {
      rows.push({ ...row, problem: { code: 'row-too-long', values: { longest: limits.rowCharacters } } });
    } else rows.push(row);
  };

  const reading = readXml(
    sheet.source,
    {
      open: (tag, attributes) => {
        switch (tag) {
          case 'row':
            // Both numbers may be left out: it is then the next one.
            line = Number(attributes['r'] ?? line + 1);
            cells = [];
            width = 0;
            length = 0;
            column = -1;
            break;
          case 'c':
            column = attributes['r'] ? columnOf(attributes['r']) : column + 1;
            kind = attributes['t'] ?? 'n';
            style = Number(attributes['s'] ?? 0);
            value = '';
            break;
          case 'v':
            takes = 'value';
            break;
          case 'rPh':
            isReading = true;
            break;
          case 't':
            takes = isReading ? null : 'text';
            break;
        }
      },
      text: (part) => {
        if (takes) value += part;
      },
      close: (tag) => {
        switch (tag) {
          case 'v':
          case 't':
            takes = null;
            break;
          case 'rPh':
            isReading = false;
            break;
          case 'c':
            endOfCell();
            break;
          case 'row':
            endOfRow();
            break;
        }
      },
    },
    signal,
  );
  for await (const bytesRead of reading) {
    yield { rows, bytesRead };
    rows = [];
  }
}

/** `C12` → 2. */
function columnOf(reference: string): number {
  let column = 0;
  for (let at = 0; at < reference.length; at++) {
    const code = reference.charCodeAt(at);
    if (code < 65 || code > 90) break;
    column = column * 26 + (code - 64);
  }
  return column - 1;
}

function shown(workbook: Workbook, kind: string, style: number, value: string): string {
  switch (kind) {
    case 's':
      return workbook.texts[Number(value)] ?? '';
    case 'inlineStr':
    case 'str':
      return unescaped(value);
    case 'b':
      return value === '1' ? 'TRUE' : 'FALSE';
    case 'n':
      if (value !== '' && workbook.isDateStyle[style]) return serialDate(Number(value), workbook.is1904) ?? value;
      // A telephone number of twelve digits may be written 3.59888123456E11.
      return /e/i.test(value) ? plainNumber(value) : value;
    default:
      return value;
  }
}

function plainNumber(value: string): string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? String(number) : value;
}

const DAY = 86_400_000;
const EPOCH_1900 = Date.UTC(1899, 11, 30);
const EPOCH_1904 = Date.UTC(1904, 0, 1);

/** A day as spreadsheet programs count it, in ISO 8601 without a time zone: they have none. Null for what is no day. */
export function serialDate(serial: number, is1904: boolean): string | null {
  if (!Number.isFinite(serial) || serial < 0 || serial >= 2_958_466) return null;
  // To the second: the rest is what floating point left over.
  const time = (is1904 ? EPOCH_1904 : EPOCH_1900) + Math.round((serial * DAY) / 1000) * 1000;
  const iso = new Date(time).toISOString();
  if (serial < 1) return iso.slice(11, 19);
  return time % DAY === 0 ? iso.slice(0, 10) : iso.slice(0, 19);
}
