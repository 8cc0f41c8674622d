import { readFact } from '#src/contacts/contact.ts';
import type { Texts } from '#src/languages/languages.ts';
import type { PersonProblemCode } from './imported-person.ts';
import { dayOf, readDate } from './read-date.ts';
import { readEmailCell, readPhoneCell } from './read-points.ts';
import { readYesNo } from './read-yes-no.ts';
import { splitTags } from './split-cell.ts';

/** A field a column may go into: as much of its definition as a cell's meaning needs. */
export interface ImportField {
  readonly key: string;
  readonly type: 'text' | 'long-text' | 'number' | 'date' | 'yes-no' | 'choice' | 'several-choices' | 'email' | 'phone' | 'url';
  readonly options: readonly { readonly value: string; readonly label: Texts }[];
}

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
    case 'url': {
      const url = URL.parse(/^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `https://${text}`);
      const isPage = url && (url.protocol === 'https:' || url.protocol === 'http:') && url.hostname.includes('.');
      return isPage ? { value: url.href } : { problem: 'invalid-url' };
    }
    default:
      // Most cells are a word or two; `readFact` leaves them as they are, which a test holds it to.
      return plainWords.test(cell) ? { value: cell } : readFact(field.key, cell);
  }
}

/** `1 234,56`, `1,234.56` and `1234.5` alike; null for what could be either a thousand or a fraction of one is never asked: a lone comma divides. */
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
