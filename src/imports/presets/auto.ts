import type { ColumnMapping, ColumnTarget } from './column-mapping.ts';
import { guessColumn } from './guess-column.ts';
import type { Preset } from './preset.ts';
import { email, ignored, phone } from './targets.ts';

/** A table somebody made themselves: columns by their names, and where they have none, by what stands in them. A guess, and said to be one. */
export const auto: Preset = {
  name: 'auto',
  recognise(parts) {
    const mapping: ColumnMapping = [];
    const seen = new Set<string>();
    const fields = new Set<string>();
    for (const part of parts) {
      for (const [index, column] of part.columns.entries()) {
        if (seen.has(column)) continue;
        seen.add(column);
        const cells = part.sample.filter(({ problem }) => !problem).map(({ cells }) => (cells[index] ?? '').trim());
        let target = guessColumn(column.replace(/ \(\d+\)$/, ''));
        if (target.to === 'ignored') target = byContent(cells.filter((cell) => cell !== ''));
        if (target.to === 'field') {
          if (fields.has(target.field)) target = ignored;
          else fields.add(target.field);
        }
        mapping.push({ column, target });
      }
    }
    // „Име“ beside no „Фамилия“ is more often the whole name.
    const named = mapping.map((entry) =>
      entry.target.to === 'field' && entry.target.field === 'given_name' && !fields.has('family_name')
        ? { ...entry, target: wholeName }
        : entry,
    );
    const known = named.filter(({ target }) => target.to !== 'ignored').length;
    if (known === 0) return null;
    return { preset: 'auto', confidence: (0.5 * known) / named.length, mapping: named, partStatuses: [] };
  },
};

const wholeName: ColumnTarget = { to: 'full-name' };

function byContent(cells: readonly string[]): ColumnTarget {
  if (cells.length === 0) return ignored;
  const share = (pattern: RegExp) => cells.filter((cell) => pattern.test(cell)).length / cells.length;
  if (share(/^[^\s@]+@[^\s@]+\.[^\s@]+$/) > 0.6) return email;
  return share(/^(\+|00)?[\d\s()/-]{9,17}$/) > 0.6 && share(/^(\+359|00359|0[2-9])/) > 0.6 ? phone : ignored;
}
