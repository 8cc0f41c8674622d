import { CsvTokenizer } from './csv-tokenizer.ts';
import { type Delimiter, delimiters } from './import-file.ts';
import type { ReadLimits } from './read-limits.ts';

/** The first line by which Excel tells itself the separator. It is no row. */
export const separatorLine = /^sep=([,;\t|])$/i;

/** What divides the cells: that by which most rows have as many as the first, and of two alike that which gives more. */
export function sniffDelimiter(head: string, limits: ReadLimits): Delimiter {
  const [first = ''] = head.split(/\r\n|\r|\n/, 1);
  const told = separatorLine.exec(first)?.[1];
  if (told) return told as Delimiter;
  let best: Delimiter = ',';
  let bestScore = 0;
  for (const delimiter of delimiters) {
    const score = evenness(head, delimiter, limits);
    if (score > bestScore) {
      best = delimiter;
      bestScore = score;
    }
  }
  return best;
}

function evenness(head: string, delimiter: Delimiter, limits: ReadLimits): number {
  const tokenizer = new CsvTokenizer(delimiter, limits);
  const widths = tokenizer.push(head).map(({ width }) => width);
  if (widths.length === 0) widths.push(...tokenizer.end().map(({ width }) => width));
  const counts = new Map<number, number>();
  for (const width of widths) counts.set(width, (counts.get(width) ?? 0) + 1);
  const [usual, rows] = [...counts].sort(([, one], [, other]) => other - one)[0] ?? [1, 0];
  if (usual < 2) {
    // Everything in one column, but for rows that are not: the separator may still be this one where the first row has it.
    return widths[0] !== undefined && widths[0] > 1 ? 0.1 / widths.length : 0;
  }
  return rows / widths.length + (widths[0] === usual ? 0.5 : 0) + Math.min(usual, 100) / 1000;
}
