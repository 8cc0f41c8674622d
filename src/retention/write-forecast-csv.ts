import Papa from 'papaparse';
import { withoutFormula } from '#src/contacts/write-csv.ts';
import { retentionWords as bg } from '#src/languages/bg/retention.ts';
import { retentionWords as en } from '#src/languages/en/retention.ts';
import type { Language } from '#src/languages/languages.ts';

const words = { bg, en };

/** The forecast as a table that spreadsheets open as it is: month, purpose, people, single data. */
export function writeForecastCsv(
  rows: readonly { month: string; purpose: string; people: number; data: number }[],
  language: Language,
): string {
  const cells = rows.map(({ month, purpose, people, data }) => [month, withoutFormula(purpose), people, data]);

  return `\uFEFF${Papa.unparse([[...words[language].forecast], ...cells], { newline: '\r\n' })}\r\n`;
}
