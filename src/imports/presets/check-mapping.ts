import type { ImportFile } from '#src/imports/reading/import-file.ts';
import type { ColumnMapping } from './column-mapping.ts';
import type { ImportField } from './read-field-cell.ts';

export interface MappingProblem {
  readonly code: /** No part of the file has such a column. */
    | 'unknown-column'
    | 'column-twice'
    /** There is no such field, or nobody may fill it in. */
    | 'unknown-field'
    /** Two columns of one part go into one field. */
    | 'field-twice'
    /** Nobody could be recognised: neither an address nor a name is among the columns. */
    | 'nothing-to-recognise';
  readonly column: string | null;
}

/** What is wrong with a mapping for this file; nothing, where it may be used. */
export function checkMapping(
  file: Pick<ImportFile, 'parts'>,
  mapping: ColumnMapping,
  fields: readonly ImportField[],
): MappingProblem[] {
  const problems: MappingProblem[] = [];
  const names = new Set(file.parts.flatMap(({ columns }) => columns));
  const keys = new Set(fields.map(({ key }) => key));
  const seen = new Set<string>();
  for (const { column, target } of mapping) {
    if (!names.has(column)) problems.push({ code: 'unknown-column', column });
    if (seen.has(column)) problems.push({ code: 'column-twice', column });
    seen.add(column);
    if (target.to === 'field' && !keys.has(target.field)) problems.push({ code: 'unknown-field', column });
  }
  const twice = new Set<string>();
  for (const { columns } of file.parts) {
    const taken = new Set<string>();
    for (const { column, target } of mapping) {
      if (target.to !== 'field' || !columns.includes(column)) continue;
      if (taken.has(target.field)) twice.add(column);
      taken.add(target.field);
    }
  }
  for (const column of twice) problems.push({ code: 'field-twice', column });
  const recognises = new Set(['given_name', 'family_name', 'company']);
  const isRecognised = mapping.some(
    ({ target }) =>
      target.to === 'email' ||
      target.to === 'phone' ||
      target.to === 'full-name' ||
      (target.to === 'field' && recognises.has(target.field)),
  );
  if (!isRecognised) problems.push({ code: 'nothing-to-recognise', column: null });
  return problems;
}
