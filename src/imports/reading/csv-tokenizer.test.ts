import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import spectrum from '#test/vectors/csv-spectrum.json' with { type: 'json' };
import { CsvTokenizer, type TextRow } from './csv-tokenizer.ts';
import { type Delimiter, delimiters } from './import-file.ts';

const small = { columns: 50, rowCharacters: 200 };

function rowsOf(text: string, delimiter: Delimiter = ',', limits = small, piece = text.length || 1): TextRow[] {
  const tokenizer = new CsvTokenizer(delimiter, limits);
  const rows: TextRow[] = [];
  for (let at = 0; at < text.length; at += piece) rows.push(...tokenizer.push(text.slice(at, at + piece)));
  return [...rows, ...tokenizer.end()];
}

/** Milliseconds of this thread alone: other work on the machine does not count. */
const cpu = () => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

const cellsOf = (text: string, delimiter: Delimiter = ',') => rowsOf(text, delimiter).map(({ cells }) => cells);

describe('Rows of text', () => {
  test('whatever was written with any separator, quotes and line ends is read back', () => {
    const cell = fc.string({
      unit: fc.constantFrom('a', 'я', '"', ',', ';', '\t', '|', '\n', '\r', ' ', '𝄞', "'"),
      maxLength: 8,
    });
    fc.assert(
      fc.property(
        fc.array(fc.array(cell, { minLength: 2, maxLength: 5 }), { minLength: 1, maxLength: 6 }),
        fc.constantFrom(...delimiters),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.boolean(),
        fc.integer({ min: 1, max: 9 }),
        (rows, delimiter, end, endsWithEnd, piece) => {
          const quoted = (text: string) =>
            /["\r\n]|^ | $/.test(text) || text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : text;
          const text = rows.map((cells) => cells.map(quoted).join(delimiter)).join(end) + (endsWithEnd ? end : '');
          const read = rowsOf(text, delimiter, { columns: 50, rowCharacters: 10_000 }, piece);
          expect(read.map(({ cells }) => cells)).toEqual(rows);
          expect(read.every(({ problem }) => problem === undefined)).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('any text at all gives the same rows however it is cut, and no crash', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', '\u0000', '\ufffd'), maxLength: 120 });
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 7 }), (written, piece) => {
        const limits = { columns: 4, rowCharacters: 12 };
        expect(rowsOf(written, ',', limits, piece)).toEqual(rowsOf(written, ',', limits));
      }),
      { numRuns: 2000 },
    );
  });

  test.each(Object.entries(spectrum))('csv-spectrum: %s', (name, { csv, rows }) => {
    const [header, ...records] = cellsOf(csv);
    const read = records.map((cells) => Object.fromEntries(cells.map((cell, at) => [header?.[at], cell])));
    expect(read, name).toEqual(rows);
  });

  test('line ends of three kinds may stand in one file', () => {
    expect(cellsOf('a,b\r\nc,d\ne,f\rg,h')).toEqual([
      ['a', 'b'],
      ['c', 'd'],
      ['e', 'f'],
      ['g', 'h'],
    ]);
  });

  test('a blank line is counted and not given', () => {
    expect(rowsOf('a,b\n\n\nc,d\n').map(({ line }) => line)).toEqual([1, 4]);
  });

  test('quotation marks nobody doubled stay in their cell', () => {
    expect(cellsOf('1,"Ресторант "Дунав" ООД",София\n2,тръба 5",x\n"3" ,"б" ,"в"\n')).toEqual([
      ['1', 'Ресторант "Дунав" ООД', 'София'],
      ['2', 'тръба 5"', 'x'],
      ['3', 'б', 'в'],
    ]);
  });

  test('a quotation mark that is never closed costs its own line and no other', () => {
    const rows = rowsOf('1,"Иван,x\n2,Мария,y\n3,"Пе""тър",z\n4,Ана,w');
    expect(rows.map(({ line, cells, problem }) => [line, cells, problem?.code])).toEqual([
      [1, ['1', '"Иван', 'x'], 'quote-not-closed'],
      [2, ['2', 'Мария', 'y'], undefined],
      [3, ['3', 'Пе"тър', 'z'], undefined],
      [4, ['4', 'Ана', 'w'], undefined],
    ]);
    const far = rowsOf(`1,"x\n${'2,y\n'.repeat(100)}`);
    expect(far.map(({ problem }) => problem?.code).filter(Boolean)).toEqual(['quote-not-closed']);
    expect(far.length).toBe(101);
  });

  test('a row that is too long is cut off and reported, and the next one is read', () => {
    const rows = rowsOf(`a,b\r\n${'x'.repeat(5000)}\r\nc,d\r\n`, ',', small, 100);
    expect(rows.map(({ line, problem }) => [line, problem?.code])).toEqual([
      [1, undefined],
      [2, 'row-too-long'],
      [3, undefined],
    ]);
    expect(rows[1]?.cells[0]?.length).toBeLessThanOrEqual(1000);
  });

  test('a row of 10,000 cells keeps as many as there may be columns, and says how many it had', () => {
    const [row] = rowsOf(`${'x,'.repeat(9999)}x\n`, ',', { columns: 50, rowCharacters: 1_000_000 });
    expect([row?.cells.length, row?.width]).toEqual([50, 10_000]);
  });

  test('a row with NUL or with bytes of another encoding is reported alone', () => {
    expect(rowsOf('a,b\nc\u0000,d\ne,\ufffdf\ng,h\n').map(({ problem }) => problem?.code)).toEqual([
      undefined,
      'nul-character',
      'mixed-encoding',
      undefined,
    ]);
  });

  test('a hundred million characters in one cell cost no more than each character once', () => {
    const tokenizer = new CsvTokenizer(',', { columns: 50, rowCharacters: 1_000_000 });
    const begun = cpu();
    let longest = 0;
    const rows = [...tokenizer.push('a,"')];
    for (let piece = 0; piece < 400; piece++) {
      const at = cpu();
      rows.push(...tokenizer.push('x" y" '.repeat(43_690)));
      longest = Math.max(longest, cpu() - at);
    }
    rows.push(...tokenizer.push('"\nc,d\n'), ...tokenizer.end());
    expect(rows.map(({ problem }) => problem?.code)).toEqual(['row-too-long', undefined]);
    expect(cpu() - begun).toBeLessThan(5000);
    expect(longest).toBeLessThan(100);
  });

  test('a long row that comes in many small pieces is not read anew with each of them', () => {
    const tokenizer = new CsvTokenizer(',', { columns: 50, rowCharacters: 1_000_000 });
    const begun = cpu();
    const rows = [...tokenizer.push('a,"')];
    for (let piece = 0; piece < 10_000; piece++) rows.push(...tokenizer.push('x" y, '.repeat(15)));
    rows.push(...tokenizer.push('"\n'), ...tokenizer.end());
    expect(rows.map(({ width, problem }) => [width, problem])).toEqual([[2, undefined]]);
    expect(cpu() - begun).toBeLessThan(2000);
  });
});
