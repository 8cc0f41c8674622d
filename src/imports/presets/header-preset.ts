import type { FilePart } from '#src/imports/reading/import-file.ts';
import type { ColumnMapping, ColumnTarget } from './column-mapping.ts';
import { guessColumn } from './guess-column.ts';
import type { PartStatus, Preset, PresetName } from './preset.ts';
import { ignored } from './targets.ts';

export interface HeaderRules {
  /** Headers, in lower case, that few but this product write. */
  readonly marks: readonly (string | RegExp)[];
  /** How many marks must stand in each part: several together, so that nothing is recognised by `Email` alone. */
  readonly least: number;
  readonly columns: Readonly<Record<string, ColumnTarget>>;
  /** Headers with numbers or names in them. */
  readonly patterns?: readonly (readonly [RegExp, (match: RegExpExecArray, columns: readonly string[]) => ColumnTarget])[];
  readonly partStatuses?: (parts: readonly FilePart[], fileName: string) => PartStatus[];
}

/** A product recognised by its headers. A column it does not write itself is guessed by its name, but never as a permission. */
export function headerPreset(name: PresetName, rules: HeaderRules): Preset {
  return {
    name,
    recognise(parts, fileName) {
      if (parts.length === 0) return null;
      const found = Math.min(...parts.map((part) => marksIn(part, rules.marks)));
      if (found < rules.least) return null;
      return {
        preset: name,
        confidence: Math.min(1, 0.6 + 0.4 * (found / rules.marks.length)),
        mapping: mappingOf(parts, rules),
        partStatuses: rules.partStatuses?.(parts, fileName) ?? [],
      };
    },
  };
}

function marksIn({ columns }: FilePart, marks: HeaderRules['marks']): number {
  const names = columns.map((column) => column.toLowerCase());
  return marks.filter((mark) => (typeof mark === 'string' ? names.includes(mark) : names.some((name) => mark.test(name)))).length;
}

function mappingOf(parts: readonly FilePart[], rules: HeaderRules): ColumnMapping {
  const columns = [...new Set(parts.flatMap((part) => part.columns))];
  const names = columns.map((column) => column.toLowerCase());
  const taken = new Set<string>();
  return columns.map((column) => {
    let target = targetOf(column.toLowerCase(), names, rules);
    // Two columns of one field: the first keeps it.
    if (target.to === 'field') {
      if (taken.has(target.field)) target = ignored;
      else taken.add(target.field);
    }
    return { column, target };
  });
}

function targetOf(name: string, names: readonly string[], rules: HeaderRules): ColumnTarget {
  const known = Object.hasOwn(rules.columns, name) ? rules.columns[name] : undefined;
  if (known) return known;
  for (const [pattern, target] of rules.patterns ?? []) {
    const match = pattern.exec(name);
    if (match) return target(match, names);
  }
  const guessed = guessColumn(name);
  return guessed.to === 'status' && guessed.yes === 'subscribed' ? ignored : guessed;
}
