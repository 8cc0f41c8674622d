import Papa from 'papaparse';
import type { Database } from '#platform/database/connect.ts';
import { withoutFormula } from '#src/contacts/write-csv.ts';
import { importWords as bg } from '#src/languages/bg/imports.ts';
import { importWords as en } from '#src/languages/en/imports.ts';
import type { Language } from '#src/languages/languages.ts';
import type { Import, RowCode } from './import.ts';
import { listRows } from './list-rows.ts';

export type ErrorFileVariant = 'spreadsheet' | 'exact';

const AT_ONCE = 1000;

/**
 * The rows that did not come in whole, as they stood in the file, with their reasons in the reader's language: to be mended
 * and brought in again. For a spreadsheet with a byte order mark, semicolons as Bulgarian Excel wants them, and no cell that
 * it would run.
 */
export function writeErrorFile(
  db: Database,
  one: Import,
  { language, variant }: { language: Language; variant: ErrorFileVariant },
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const words = { bg, en }[language];
  const columns = [...new Set(one.file.parts.flatMap((part) => part.columns))];
  const places = one.file.parts.map((part) => columns.map((column) => part.columns.indexOf(column)));
  const encoder = new TextEncoder();
  const isSpreadsheet = variant === 'spreadsheet';
  const text = (lines: string[][]) =>
    encoder.encode(
      `${Papa.unparse(isSpreadsheet ? lines.map((line) => line.map(withoutFormula)) : lines, { newline: '\r\n', delimiter: isSpreadsheet ? ';' : ',' })}\r\n`,
    );
  let after = 0;
  let begun = false;
  return new ReadableStream({
    async pull(controller) {
      if (!begun) {
        begun = true;
        if (isSpreadsheet) controller.enqueue(encoder.encode('\uFEFF'));
        controller.enqueue(text([[...columns, words.file, words.line, words.reason]]));
      }
      const rows = await listRows(db, one.id, { filter: 'told', after, limit: AT_ONCE });
      if (rows.length > 0) {
        controller.enqueue(
          text(
            rows.map(({ part, line, cells, codes }) => [
              ...(places[part] ?? []).map((place) => cells?.[place] ?? ''),
              one.file.parts[part]?.name ?? '',
              String(line),
              codes.map((code) => sayCode(code, language)).join(' '),
            ]),
          ),
        );
        after = rows.at(-1)?.row ?? after;
      }
      if (rows.length < AT_ONCE) controller.close();
    },
  });
}

/** One reason in words. */
export function sayCode({ code, column, values }: RowCode, language: Language): string {
  const words = { bg, en }[language];
  const sentence = (words.codes as Readonly<Record<string, string>>)[code] ?? code;
  const filled = sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(values?.[name] ?? whole));
  return column === null ? filled : `${column}: ${filled}`;
}
