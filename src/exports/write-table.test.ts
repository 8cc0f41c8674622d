import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, test } from 'vitest';
import type { BinaryRow } from '#platform/database/copy-out.ts';
import { Out } from './out.ts';
import { writeTable } from './write-table.ts';

/** As PostgreSQL sends them: what is not there has the length -1. */
function rowOf(values: readonly (string | null)[]): BinaryRow {
  const bytes = Buffer.from(values.map((value) => value ?? '').join(''));
  const [at, length] = [new Int32Array(values.length), new Int32Array(values.length)];
  let next = 0;
  values.forEach((value, no) => {
    at[no] = next;
    length[no] = value === null ? -1 : Buffer.byteLength(value);
    next += Math.max(0, length[no] as number);
  });
  return { bytes, at, length };
}

function tableOf(rows: readonly (readonly (string | null)[])[], delimiter: ',' | ';', isForSpreadsheet: boolean): string {
  const columns = (rows[0] ?? []).map((_, no) => ({ key: `c${no}`, isTime: false }));
  const writer = writeTable(columns, { delimiter, isForSpreadsheet, headings: columns.map(({ key }) => key) });
  const out = new Out();
  const pieces = rows.map((row) => {
    writer.row(out, rowOf(row));
    return out.take().toString();
  });
  return pieces.join('');
}

/** No text of the database holds NUL, and half a character is none. */
const cell = fc
  .oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(...'=+-@\'",;\t\r\n0123 АяA＝＠＋－😀(') }),
    fc.constantFrom(
      '=1+1',
      '+359 88 812',
      '-5',
      '@SUM(A1)',
      '=cmd|" /C calc"!A1',
      '"',
      '\r\n',
      '＝1',
      '\t=1',
      ' ',
      '﻿',
      '\\.',
      'NULL',
    ),
  )
  .filter((text) => !text.includes('\0') && text.isWellFormed() && text !== '');
const rows = fc
  .integer({ min: 1, max: 5 })
  .chain((width) => fc.array(fc.array(fc.option(cell), { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }));
const delimiter = fc.constantFrom(',' as const, ';' as const);
/** Behind a first line: a mark at the very beginning of a text is no part of it to a reader. */
const parse = (csv: string, by: string) =>
  Papa.parse<string[]>(`x\r\n${csv}`, { delimiter: by, newline: '\r\n' }).data.slice(1, -1);

describe('A table', () => {
  test('is read back to the very values, whatever they are', () => {
    fc.assert(
      fc.property(rows, delimiter, (values, by) => {
        // A line of one empty value is an empty line, which readers take for none.
        fc.pre(values.every((row) => row.length > 1 || row[0] !== null));
        expect(parse(tableOf(values, by, false), by)).toEqual(values.map((row) => row.map((value) => value ?? '')));
      }),
      { numRuns: 1000 },
    );
  });

  test('for a spreadsheet holds no cell that it would run, and loses nothing but for the apostrophe before those', () => {
    fc.assert(
      fc.property(rows, delimiter, (values, by) => {
        fc.pre(values.every((row) => row.length > 1 || row[0] !== null));
        const cells = parse(tableOf(values, by, true), by);
        values.forEach((row, line) => {
          row.forEach((value, no) => {
            const written = cells[line]?.[no] ?? '';
            expect([value ?? '', `'${value}`]).toContain(written);
            if (!/^[+-]?[\d\s().-]+$/.test(written)) expect(written).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
          });
        });
      }),
      { numRuns: 1000 },
    );
  });

  test('begins with a mark for spreadsheets alone, and grows beyond its first buffer', () => {
    const columns = [{ key: 'note', isTime: false }];
    for (const isForSpreadsheet of [true, false]) {
      const out = new Out();
      writeTable(columns, { delimiter: ',', isForSpreadsheet, headings: ['Име'] }).begin(out);
      expect(out.take().toString()).toBe(`${isForSpreadsheet ? '\uFEFF' : ''}Име\r\n`);
    }
    const long = '"ж'.repeat(300_000);
    expect(parse(tableOf([[long]], ',', false), ',')).toEqual([[long]]);
  });
});
