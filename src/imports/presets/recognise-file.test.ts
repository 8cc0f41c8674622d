import { describe, expect, test } from 'vitest';
import type { FilePart } from '#src/imports/reading/import-file.ts';
import { vcardColumns } from '#src/imports/reading/vcard-columns.ts';
import { columnMapping } from './column-mapping.ts';
import { recogniseFile } from './recognise-file.ts';

function part(columns: readonly string[], format: FilePart['format'] = 'csv'): FilePart {
  return { name: 'file', format, columns, headerLine: 1, sample: [], encoding: 'utf-8', delimiter: ',', remarks: [] };
}

describe('A file of cards', () => {
  test('is recognised, and each of its columns has a meaning', () => {
    const [found] = recogniseFile({ format: 'vcard', bytes: 1, parts: [part(vcardColumns, 'vcard')] }, 'contacts.vcf');
    expect(found?.preset).toBe('vcard');
    expect(found?.mapping.map(({ column }) => column)).toEqual([...vcardColumns]);
    expect(columnMapping.parse(found?.mapping)).toEqual(found?.mapping);
  });
});
