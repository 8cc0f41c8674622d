import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, test } from 'vitest';
import type { ExportSection } from '#src/personal-data.ts';
import { withoutFormula, writeCsv } from './write-csv.ts';

const parse = (csv: string) => Papa.parse<string[]>(csv.replace(/^\uFEFF/, ''), { delimiter: ',', newline: '\r\n' }).data;
const sectionOf = (fields: Record<string, string>): ExportSection[] => [{ section: 'facts', items: [{ fields }] }];

/** What a reader does who wants the very value back: an apostrophe before what would be a formula is ours. */
const unguarded = (text: string) => (/^'[=+\-@\t\r\n\0＝＋－＠]/.test(text) ? text.slice(1) : text);

const nasty = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom(...'=+-@\'",;\t\r\n0123 АяA＝＠(').filter(Boolean) }),
  fc.constantFrom('=1+1', '+359 88 812', '-5', '@SUM(A1)', '=cmd|" /C calc"!A1', '"', '\r\n', '＝1', '\t=1'),
);

describe('writeCsv', () => {
  test('whatever a value is, the table reads back to it', () => {
    fc.assert(
      // A value that itself looks guarded is left as it is, so it alone cannot be told from one we guarded.
      fc.property(
        fc.array(
          nasty.filter((value) => value !== '' && !/^'[=+\-@\t\r\n\0＝＋－＠]/.test(value)),
          { minLength: 1, maxLength: 5 },
        ),
        (values) => {
          const fields = Object.fromEntries(values.map((value, at) => [`f${at}`, value]));
          const [header, ...lines] = parse(writeCsv(sectionOf(fields), 'en'));
          expect(header).toHaveLength(9);
          expect(lines.at(-1)).toEqual(['']);
          expect(lines.slice(0, -1).map((line) => unguarded(line[3] ?? ''))).toEqual(values);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('no cell begins like a formula, unless it is a plain number', () => {
    fc.assert(
      fc.property(nasty, (value) => {
        const cell = withoutFormula(value);
        if (/^[=+\-@\t\r\n\0＝＋－＠]/.test(cell)) expect(cell).toMatch(/^[+-]?[\d\s().-]+$/);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['=1+1', "'=1+1"],
    ['@here', "'@here"],
    ['+359 88 812 34 56', '+359 88 812 34 56'],
    ['-5', '-5'],
    ['-5+cmd', "'-5+cmd"],
    ['＝HYPERLINK("x")', '\'＝HYPERLINK("x")'],
    ['Мария', 'Мария'],
  ])('%s is written %s', (value, written) => {
    expect(withoutFormula(value)).toBe(written);
  });

  test('begins with a byte order mark, so that Excel shows Cyrillic, and ends its lines as RFC 4180 says', () => {
    const csv = writeCsv(sectionOf({ given_name: 'Мария' }), 'bg');
    expect(Buffer.from(csv).subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
    expect(csv.endsWith('\r\n')).toBe(true);
    expect(csv.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });
});
