import { describe, expect, test } from 'vitest';
import type { FilePart } from '#src/imports/reading/import-file.ts';
import { vcardColumns } from '#src/imports/reading/vcard-columns.ts';
import { checkMapping } from './check-mapping.ts';
import { columnMapping } from './column-mapping.ts';
import { guessColumn } from './guess-column.ts';
import { readCountry, readLanguage } from './read-country.ts';
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

describe('A file of people', () => {
  const recognised = (columns: readonly string[]) =>
    recogniseFile({ format: 'csv', bytes: 1, parts: [part(columns)] }, 'people.csv').map(({ preset }) => preset);

  test('is recognised by several headers together, never by those everybody writes', () => {
    for (const columns of [
      ['Email'],
      ['Email', 'First Name', 'Last Name'],
      ['Email Address', 'First Name', 'Last Name', 'TAGS'],
      ['email', 'name', 'status'],
      ['First Name', 'Last Name', 'Email', 'Phone'],
      ['EMAIL', 'SMS'],
    ]) {
      expect(recognised(columns), columns.join()).toEqual(['auto']);
    }
    expect(recognised(['x', 'y'])).toEqual([]);
    expect(
      recogniseFile({ format: 'csv', bytes: 1, parts: [part(['Email', 'Name'])] }, 'mailchimp.csv')[0]?.confidence,
    ).toBeLessThan(0.6);
  });

  test('has its columns guessed by their names in Bulgarian and in English', () => {
    const guessed = (name: string) => JSON.stringify(guessColumn(name));
    const pairs: readonly (readonly [string, string])[] = [
      ['Имейл', 'E-mail'],
      ['Ел. поща', 'Email Address'],
      ['Телефон', 'Phone'],
      ['Фамилия', 'Last name'],
      ['Име', 'FIRST_NAME'],
      ['Име и фамилия', 'Full name'],
      ['Фирма', 'Company'],
      ['Длъжност', 'Job title'],
      ['Град', 'City'],
      ['Държава', 'Country'],
      ['Език', 'Language'],
      ['Бележка', 'Notes'],
      ['Дата на съгласие', 'Opt-in date'],
      ['Отписан', 'Unsubscribed'],
      ['Пощенски код', 'ZIP'],
    ];
    for (const [bulgarian, english] of pairs) {
      expect(guessed(bulgarian), bulgarian).toBe(guessed(english));
      expect(guessed(bulgarian), bulgarian).not.toContain('ignored');
    }
    // About e-mail, and no address.
    expect(guessColumn('Не желае имейли')).toMatchObject({ to: 'status', yes: 'unsubscribed', no: 'unknown' });
    expect(guessColumn('Do not email')).toMatchObject({ to: 'status', yes: 'unsubscribed' });
    expect(guessColumn('Email bounced')).toMatchObject({ to: 'status', filled: 'bounced' });
    expect(guessColumn('ЕГН')).toEqual({ to: 'ignored' });
  });
});

describe('A mapping', () => {
  const file = { parts: [part(['Email', 'Име', 'Презиме'])] };
  const fields = [{ key: 'given_name', type: 'text', options: [] }] as const;

  test('that fits its file has no problem; each that does not is told with its column', () => {
    expect(checkMapping(file, [{ column: 'Email', target: { to: 'email' } }], fields)).toEqual([]);
    expect(
      checkMapping(
        file,
        [
          { column: 'Email', target: { to: 'tags' } },
          { column: 'Email', target: { to: 'ignored' } },
          { column: 'Няма', target: { to: 'note' } },
          { column: 'Име', target: { to: 'field', field: 'shoe_size' } },
        ],
        fields,
      ),
    ).toEqual([
      { code: 'column-twice', column: 'Email' },
      { code: 'unknown-column', column: 'Няма' },
      { code: 'unknown-field', column: 'Име' },
      { code: 'nothing-to-recognise', column: null },
    ]);
    const given = { to: 'field', field: 'given_name' } as const;
    expect(
      checkMapping(
        file,
        [
          { column: 'Име', target: given },
          { column: 'Презиме', target: given },
        ],
        fields,
      ),
    ).toEqual([{ code: 'field-twice', column: 'Презиме' }]);
  });
});

test('countries and languages are known by their codes and by their names in both languages', () => {
  for (const name of ['BG', 'bg', 'Bulgaria', 'България', 'BGR']) expect(readCountry(name), name).toBe('BG');
  for (const name of ['UK', 'GB', 'United Kingdom', 'Великобритания']) expect(readCountry(name), name).toBe('GB');
  for (const name of ['Germany', 'Германия', 'DE']) expect(readCountry(name), name).toBe('DE');
  for (const name of ['', 'ZZ', 'XX', 'София', '__proto__']) expect(readCountry(name), name).toBeNull();
  for (const name of ['bg', 'bg-BG', 'bul', 'Български', 'Bulgarian']) expect(readLanguage(name), name).toBe('bg');
  for (const name of ['en_US', 'English', 'английски']) expect(readLanguage(name), name).toBe('en');
  for (const name of ['', 'xx', 'дървен', 'constructor']) expect(readLanguage(name), name).toBeNull();
});
