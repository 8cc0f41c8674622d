import { factFields, readFact } from '#src/contacts/contact.ts';
import type { FieldDefinition } from '#src/register/field.ts';
import { readFieldValue } from '#src/register/read-field-value.ts';
import type { PersonProblemCode } from './imported-person.ts';
import { dayOf, readDate } from './read-date.ts';
import { readEmailCell, readPhoneCell } from './read-points.ts';
import { readYesNo } from './read-yes-no.ts';
import { splitTags } from './split-cell.ts';

/** A field a column may go into: as much of its definition as a cell's meaning needs. */
export type ImportField = Pick<FieldDefinition, 'key' | 'type' | 'options'>;

const plainWords = /^[A-Za-zА-Яа-я0-9](?:[A-Za-zА-Яа-я0-9 .,&-]{0,58}[A-Za-zА-Яа-я0-9])?$/;

type ReadCell = { readonly value: string | null } | { readonly problem: PersonProblemCode };

/** A cell as the field keeps it: a day as 2026-12-31, a number with a point, a choice by its short name, yes and no as words. */
export function readFieldCell(
  field: ImportField,
  cell: string,
  how: { readonly dates: 'day-first' | 'month-first' | null; readonly country: string },
): ReadCell {
  const text = cell.trim();
  if (text === '') return { value: null };
  switch (field.type) {
    case 'number': {
      const number = readNumber(text);
      return number === null ? { problem: 'invalid-number' } : { value: number };
    }
    case 'date': {
      const date = readDate(text, how.dates);
      return typeof date === 'string' ? { problem: date } : { value: dayOf(date) };
    }
    case 'yes-no': {
      const said = readYesNo(text);
      return said === null ? { problem: 'not-yes-or-no' } : { value: said ? 'yes' : 'no' };
    }
    case 'choice': {
      const option = optionOf(field, text);
      return option === undefined ? { problem: 'not-a-choice' } : { value: option };
    }
    case 'several-choices': {
      const chosen = new Set(splitTags(text).map((part) => optionOf(field, part)));
      if (chosen.has(undefined)) return { problem: 'not-a-choice' };
      return { value: field.options.flatMap(({ value }) => (chosen.has(value) ? [value] : [])).join(',') || null };
    }
    case 'email': {
      const read = readEmailCell(text);
      return 'problem' in read ? { problem: 'invalid-email' } : { value: read.normalised };
    }
    case 'phone': {
      const read = readPhoneCell(text, how.country);
      return 'problem' in read ? { problem: 'invalid-phone' } : { value: read.normalised };
    }
    default:
      // Most cells are a word or two; what follows leaves them as they are, which a test holds it to.
      if (plainWords.test(cell) && field.type !== 'url') return { value: cell };
      return (factFields as readonly string[]).includes(field.key)
        ? readFact(field.key, cell)
        : readAsTyped(field, text, how.country);
  }
}

/** By the rules of whoever types it on a screen: an import brings in nothing that could not be written there. */
function readAsTyped(field: ImportField, text: string, country: string): ReadCell {
  const read = readFieldValue(field, text, country);
  if (!('problem' in read)) return read;
  const { code } = read.problem;
  return { problem: code === 'too-long' || code === 'forbidden-characters' ? code : 'invalid-url' };
}

/** `1 234,56`, `1,234.56` and `1234.5` alike; a comma alone divides the fraction. Null for what is no number. */
function readNumber(text: string): string | null {
  let plain = text.replace(/[\s\u00a0\u202f']/g, '').replace(/^\+/, '');
  const [comma, point] = [plain.lastIndexOf(','), plain.lastIndexOf('.')];
  if (comma >= 0 && point >= 0) plain = comma > point ? plain.replaceAll('.', '').replace(',', '.') : plain.replaceAll(',', '');
  else if (comma >= 0) plain = plain.replace(',', '.');
  if (!/^-?\d{1,15}(\.\d{1,6})?$/.test(plain)) return null;
  return plain.replace(/^(-?)0+(?=\d)/, '$1');
}

function optionOf(field: ImportField, text: string): string | undefined {
  const wanted = text.toLowerCase();
  return field.options.find(
    ({ value, label }) => value === wanted || label.bg.toLowerCase() === wanted || label.en.toLowerCase() === wanted,
  )?.value;
}
