import type { ImportFile } from '#src/imports/reading/import-file.ts';
import type { ImportedRow } from '#src/imports/reading/imported-row.ts';

/** How many dates of a column can only be read day first, and how many only month first. Plain data, by part and column. */
export type DateSurvey = readonly (readonly (readonly [dayFirst: number, monthFirst: number])[])[];

/**
 * Looks through all rows for what tells 31/12/2024 from 12/31/2024: one such date speaks for its whole column. Every column
 * is looked at, because nobody has said yet what they mean.
 */
export function surveyDates(file: Pick<ImportFile, 'parts'>, before?: DateSurvey) {
  const counts = file.parts.map(({ columns }, part) =>
    columns.map((_, column): [number, number] => [...(before?.[part]?.[column] ?? ([0, 0] as const))]),
  );
  return {
    see({ part, cells }: ImportedRow): void {
      const columns = counts[part];
      if (!columns) return;
      for (let column = 0; column < columns.length; column++) {
        const cell = cells[column];
        if (cell === undefined || cell.length < 6 || cell.length > 40 || !mayBeDate(cell)) continue;
        const match = /^\s*(\d{1,2})([/-])(\d{1,2})\2(?:\d{4}|\d{2})(?!\d)/.exec(cell);
        if (!match) continue;
        const [first, second] = [Number(match[1]), Number(match[3])];
        const count = columns[column] as [number, number];
        if (first > 12 && first <= 31 && second <= 12) count[0]++;
        if (second > 12 && second <= 31 && first <= 12) count[1]++;
      }
    },
    answer: (): DateSurvey => counts,
  };
}

/** A stroke as the second or third character: hardly any cell has one, so hardly any is looked at closer. */
function mayBeDate(cell: string): boolean {
  const second = cell.charCodeAt(1);
  const third = cell.charCodeAt(2);
  return second === 47 || second === 45 || third === 47 || third === 45 || cell.charCodeAt(0) === 32;
}

/** What a column's dates say; null where they say nothing, or both. */
export function dateOrderOf(survey: DateSurvey | undefined, part: number, column: number): 'day-first' | 'month-first' | null {
  const [dayFirst, monthFirst] = survey?.[part]?.[column] ?? [0, 0];
  if (dayFirst > 0 && monthFirst === 0) return 'day-first';
  return monthFirst > 0 && dayFirst === 0 ? 'month-first' : null;
}
