import type { ByteSource } from './byte-source.ts';
import { CsvTokenizer, type TextRow } from './csv-tokenizer.ts';
import { decodeText } from './decode-text.ts';
import type { Delimiter, Encoding } from './import-file.ts';
import type { ReadLimits } from './read-limits.ts';

/** UTF-8 of Cyrillic letters read in an old encoding: „РњР°СЂРёСЏ“, „ÐœÐ°Ñ€Ð¸Ñ“. */
const broken = /(?:[РС][^а-яА-Я\s\p{ASCII}]){2}|(?:[ÐÑÃ][^A-Za-zÀ-ÿ\s]){2}/u;

/** Rows of a table in text, with the bytes read by then. */
export async function* readCsv(
  source: ByteSource,
  format: { readonly encoding: Encoding; readonly delimiter: Delimiter },
  limits: ReadLimits,
  signal?: AbortSignal,
): AsyncGenerator<{ readonly rows: TextRow[]; readonly bytesRead: number }> {
  const tokenizer = new CsvTokenizer(format.delimiter, limits);
  const isOld = format.encoding === 'windows-1251' || format.encoding === 'windows-1252';
  const checked = (rows: TextRow[]) =>
    isOld ? rows.map((row) => (isBroken(row) ? { ...row, problem: { code: 'mixed-encoding' as const } } : row)) : rows;
  let bytesRead = 0;
  for await (const piece of decodeText(source, format.encoding, signal)) {
    bytesRead = piece.bytesRead;
    const rows = tokenizer.push(piece.text);
    yield { rows: checked(rows), bytesRead };
  }
  yield { rows: checked(tokenizer.end()), bytesRead };
}

function isBroken(row: TextRow): boolean {
  return row.problem === undefined && row.cells.some((cell) => broken.test(cell));
}
