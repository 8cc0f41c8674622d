import type { BinaryRow } from '#platform/database/copy-out.ts';
import type { PeopleColumn } from '#src/contacts/people-columns.ts';
import { withoutFormula } from '#src/contacts/write-csv.ts';
import type { Out } from './out.ts';
import { type PeopleWriter, valueAt } from './people-writer.ts';

const QUOTE = 0x22;
const CR = 0x0d;
const LF = 0x0a;

export interface TableStyle {
  readonly delimiter: ',' | ';';
  /**
   * For a spreadsheet: a byte order mark, without which Excel shows Cyrillic as noise, and no value that it would run. Without,
   * every value is exactly what it is.
   */
  readonly isForSpreadsheet: boolean;
  readonly headings: readonly string[];
}

/** CSV as RFC 4180 has it: CRLF, and quotes where a value needs them. Values go from the database's bytes into ours. */
export function writeTable(columns: readonly PeopleColumn[], style: TableStyle): PeopleWriter {
  const delimiter = style.delimiter.charCodeAt(0);
  const writeText = (out: Out, text: string) => writeBytes(out, Buffer.from(text), 0, Buffer.byteLength(text), delimiter);
  return {
    begin(out) {
      if (style.isForSpreadsheet) out.text('\uFEFF');
      style.headings.forEach((heading, at) => {
        if (at > 0) out.text(style.delimiter);
        writeText(out, heading);
      });
      out.text('\r\n');
    },
    row(out, row) {
      for (let at = 0; at < columns.length; at++) {
        const column = columns[at] as PeopleColumn;
        if (at > 0) {
          out.room(1)[out.used] = delimiter;
          out.used += 1;
        }
        const length = row.length[at] as number;
        if (length < 0) continue;
        const from = row.at[at] as number;
        if (column.isTime) writeText(out, valueAt(row, at, column) ?? '');
        else if (style.isForSpreadsheet && mayBeFormula(row, from, length)) {
          writeText(out, withoutFormula(row.bytes.toString('utf8', from, from + length)));
        } else writeBytes(out, row.bytes, from, from + length, delimiter);
      }
      const bytes = out.room(2);
      bytes[out.used] = CR;
      bytes[out.used + 1] = LF;
      out.used += 2;
    },
    end() {},
  };
}

/** Copies as it looks: most values need no quotes, and are then written once. */
function writeBytes(out: Out, bytes: Uint8Array, from: number, to: number, delimiter: number): void {
  const target = out.room((to - from) * 2 + 2);
  let end = out.used;
  for (let at = from; at < to; at++) {
    const byte = bytes[at] as number;
    if (byte === QUOTE || byte === delimiter || byte === CR || byte === LF) {
      writeQuoted(out, bytes, from, to);
      return;
    }
    target[end++] = byte;
  }
  out.used = end;
}

function writeQuoted(out: Out, bytes: Uint8Array, from: number, to: number): void {
  const target = out.room((to - from) * 2 + 2);
  let end = out.used;
  target[end++] = QUOTE;
  for (let at = from; at < to; at++) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) target[end++] = QUOTE;
    target[end++] = byte;
  }
  target[end++] = QUOTE;
  out.used = end;
}

/** Whether it begins with = + - @, a tab, a line break, or one of the four signs in full width (EF BC ..). */
function mayBeFormula({ bytes }: BinaryRow, from: number, length: number): boolean {
  switch (bytes[from]) {
    case 0x3d:
    case 0x2b:
    case 0x2d:
    case 0x40:
    case 0x09:
    case CR:
    case LF:
      return length > 0;
    case 0xef:
      return length > 2 && bytes[from + 1] === 0xbc;
    default:
      return false;
  }
}
