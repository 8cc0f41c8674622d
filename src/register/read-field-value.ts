import type { FieldProblem } from '#platform/app-error.ts';
import { hasForbiddenCharacters, readEmail, readPhone } from '#src/contacts/addresses.ts';
import type { FieldDefinition } from './field.ts';

export type ReadValue = { readonly value: string | null } | { readonly problem: Omit<FieldProblem, 'field'> };

const LONGEST_LINE = 300;
const LONGEST_TEXT = 5000;

/**
 * Reads what was typed into a field as it is kept: dates as 2026-12-31, numbers with a point, choices by their short names.
 * Nothing typed is null: there is nothing to store.
 */
export function readFieldValue(
  field: Pick<FieldDefinition, 'type' | 'options'>,
  typed: string | readonly string[],
  country: string,
): ReadValue {
  if (field.type === 'several-choices') return readChoices(field, typed);
  if (typeof typed !== 'string') return problem('wrong-type', { expected: 'string' });
  const text = typed.normalize('NFC').trim();
  if (text === '') return { value: null };
  const lines = field.type === 'long-text' ? text.split(/\r?\n/).map((line) => line.replaceAll('\t', ' ')) : [text];
  if (lines.some(hasForbiddenCharacters) || !text.isWellFormed()) return problem('forbidden-characters');
  const max = field.type === 'long-text' ? LONGEST_TEXT : field.type === 'url' ? 2000 : LONGEST_LINE;
  if ([...text].length > max) return problem('too-long', { max });
  return readTyped(field, text, country);
}

function readTyped(field: Pick<FieldDefinition, 'type' | 'options'>, text: string, country: string): ReadValue {
  switch (field.type) {
    case 'number':
      return orProblem(readNumber(text), 'number-invalid');
    case 'date':
      return orProblem(readDate(text), 'date-invalid');
    case 'yes-no':
      return text === 'yes' || text === 'no' ? { value: text } : problem('not-one-of', { options: 'yes, no' });
    case 'choice':
      return field.options.some(({ value }) => value === text) ? { value: text } : notAChoice(field);
    case 'email': {
      const read = readEmail(text);
      return 'problem' in read ? problem(read.problem, { max: 254 }) : { value: read.normalised };
    }
    case 'phone': {
      const read = readPhone(text, country);
      return 'problem' in read ? problem(read.problem, { max: 50 }) : { value: read.normalised };
    }
    case 'url':
      return orProblem(readUrl(text), 'url-invalid');
    case 'long-text':
      return { value: text.replaceAll('\r\n', '\n') };
    default:
      return { value: text };
  }
}

function readChoices(field: Pick<FieldDefinition, 'options'>, typed: string | readonly string[]): ReadValue {
  const chosen = new Set(
    (typeof typed === 'string' ? typed.split(',') : typed).map((one) => one.trim()).filter((one) => one !== ''),
  );
  if (chosen.size === 0) return { value: null };
  const known = field.options.map(({ value }) => value).filter((value) => chosen.has(value));
  return known.length === chosen.size ? { value: known.join(',') } : notAChoice(field);
}

export function readDate(text: string): string | undefined {
  const local = /^(\d{1,2})[./ -](\d{1,2})[./ -](\d{4})(?:\s*г\.?)?$/.exec(text);
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  const [year, month, day] = local ? [local[3], local[2], local[1]] : iso ? [iso[1], iso[2], iso[3]] : [];
  if (!year || !month || !day) return undefined;
  try {
    return Temporal.PlainDate.from(
      { year: Number(year), month: Number(month), day: Number(day) },
      { overflow: 'reject' },
    ).toString();
  } catch {
    return undefined;
  }
}

export function readNumber(text: string): string | undefined {
  const plain = text.replace(/[\s\u00A0\u202F]/g, '').replace(',', '.');
  if (!/^[+-]?\d{1,15}(\.\d{1,6})?$/.test(plain)) return undefined;
  return plain.replace(/^\+/, '').replace(/^(-?)0+(?=\d)/, '$1');
}

/** Only what a browser opens as a page: a `javascript:` link on a contact's page would run as whoever follows it. */
export function readUrl(text: string): string | undefined {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `https://${text}`);
  return url && (url.protocol === 'https:' || url.protocol === 'http:') && url.hostname.includes('.') ? url.href : undefined;
}

function orProblem(value: string | undefined, code: string): ReadValue {
  return value === undefined ? problem(code) : { value };
}

function notAChoice(field: Pick<FieldDefinition, 'options'>): ReadValue {
  return problem('not-one-of', { options: field.options.map(({ value }) => value).join(', ') });
}

function problem(code: string, values?: Record<string, string | number>): ReadValue {
  return { problem: { code, ...(values ? { values } : {}) } };
}
