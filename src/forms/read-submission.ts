import type { Keys } from '#platform/crypto/keys.ts';
import { type AddressProblem, hasForbiddenCharacters, readEmail, readPhone } from '#src/contacts/addresses.ts';
import type { Language } from '#src/languages/languages.ts';
import { readDate, readNumber, readUrl } from '#src/register/read-field-value.ts';
import { choicesOf, type FieldKey, type ShownBox, type ShownField, type ShownForm, type StandardKey } from './form.ts';
import { type FormToken, OLDEST_FORM, QUICKEST_PERSON, readFormToken } from './form-token.ts';
import { mailboxOf } from './mailbox-of.ts';
import type { FormVersion } from './queries.ts';

/** What a person typed and ticked, as it stands in the form: shown again to them, and to nobody else. */
export interface Typed {
  readonly fields: Readonly<Record<FieldKey, string>>;
  readonly ticked: readonly string[];
  /** `older` or `younger`, where the form asks. */
  readonly age?: string;
  readonly parentEmail?: string;
  /** The page it was sent from: the form itself, or the question that follows it. */
  readonly step?: 'parent';
}

export type FieldProblemCode =
  | 'missing'
  | 'email-invalid'
  | 'email-mixed'
  | 'email-too-long'
  | 'phone-invalid'
  | 'too-long'
  | 'characters'
  | 'no-box'
  | 'not-a-choice'
  | 'date-invalid'
  | 'number-invalid'
  | 'url-invalid'
  | 'needs-explicit-consent'
  | 'age-missing'
  | 'parent-missing'
  | 'parent-same';

export interface SubmissionProblem {
  /** Key of the field, or `boxes`, `age`, `parent_email`. */
  readonly field: FieldKey;
  readonly code: FieldProblemCode;
}

export interface Email {
  readonly original: string;
  readonly normalised: string;
  readonly matchKey: string;
}

export type ReadSubmission =
  | { readonly outcome: 'switch-language'; readonly language: Language; readonly typed: Typed }
  /** A program filled in what people do not see: answered like anyone, stored like nothing. */
  | { readonly outcome: 'trapped' }
  | {
      readonly outcome: 'show-again';
      readonly because: 'forged' | 'stale' | 'changed' | 'too-fast';
      readonly typed: Typed;
      readonly token?: FormToken;
    }
  | {
      readonly outcome: 'problems';
      readonly problems: readonly SubmissionProblem[];
      readonly typed: Typed;
      readonly token?: FormToken;
    }
  | {
      /** Everything else is right; a parent is to be asked, so the next page asks for their address. */
      readonly outcome: 'ask-parent';
      readonly typed: Typed;
      readonly token?: FormToken;
    }
  | {
      readonly outcome: 'ready';
      readonly email: Email;
      /** The address of whoever holds parental responsibility, when the person is too young to consent. */
      readonly parent?: Email;
      readonly answers: Readonly<Record<FieldKey, string>>;
      readonly boxes: readonly { box: ShownBox; ticked: boolean }[];
      readonly token: FormToken | undefined;
      readonly language: Language;
    };

/** Longest answers, in characters; longer ones are told so, not cut. */
const longest: Readonly<Record<StandardKey, number>> = {
  email: 254,
  given_name: 100,
  family_name: 100,
  company: 200,
  job_title: 200,
  city: 100,
  phone: 40,
};
const LONGEST_LINE = 300;
const LONGEST_TEXT = 4000;

export function longestAnswer(field: Pick<ShownField, 'key' | 'type'>): number {
  if (field.type) return field.type === 'long-text' ? LONGEST_TEXT : LONGEST_LINE;
  return longest[field.key as StandardKey] ?? LONGEST_LINE;
}

/** Fields of the form under the names other products use, so that a form written for them can point here. */
const aliases: Readonly<Partial<Record<FieldKey, readonly string[]>>> = {
  email: ['email', 'EMAIL'],
  given_name: ['given_name', 'FNAME', 'name'],
  family_name: ['family_name', 'LNAME'],
  phone: ['phone', 'PHONE'],
};

/**
 * Reads a posted form against the version it was shown in. Touches no database: what is not acceptable costs nothing and
 * tells nothing about who is known.
 */
export function readSubmission(
  version: FormVersion,
  fields: URLSearchParams,
  context: { keys: Keys; now: Date; language: Language; country: string },
): ReadSubmission {
  const typed = readTyped(version, fields);
  const wanted = fields.get('_lang');
  if (wanted === 'bg' || wanted === 'en') return { outcome: 'switch-language', language: wanted, typed };
  if ((fields.get('website') ?? '') !== '') return { outcome: 'trapped' };

  const tokenText = fields.get('_form');
  const token = tokenText === null ? undefined : readFormToken(context.keys, tokenText);
  if (token === 'forged') return { outcome: 'show-again', because: 'forged', typed };
  if (token) {
    const age = context.now.getTime() - token.shownAt.getTime();
    // Ticks belong to the text they stood beside: with another text they start empty again.
    if (token.versionId !== version.id)
      return { outcome: 'show-again', because: 'changed', typed: { ...typed, ticked: [] }, token };
    if (age > OLDEST_FORM || age < -60_000) return { outcome: 'show-again', because: 'stale', typed, token };
  }

  const language = token?.language ?? context.language;
  const shown = version.shown[language];
  const read = readAnswers(shown, typed, context.country);
  const boxes = shown.boxes.map((box) => ({ box, ticked: typed.ticked.includes(box.value) }));
  const problems = [...read.problems, ...readSensitive(shown, read.answers, boxes)];
  if (shown.age && typed.age !== 'older' && typed.age !== 'younger') problems.push({ field: 'age', code: 'age-missing' });
  // What is sent on request is sent to whoever asks for it, with or without a box (Art. 7(4)).
  if (!shown.magnet && !boxes.some(({ ticked }) => ticked)) problems.push({ field: 'boxes', code: 'no-box' });
  const withToken = token ? { token } : {};
  if (problems.length > 0 || !read.email) {
    const { step: _, ...onTheForm } = typed;
    return { outcome: 'problems', problems, typed: onTheForm, ...withToken };
  }
  const parent = shown.age && typed.age === 'younger' ? readParent(typed, read.email) : undefined;
  if (parent === 'not-asked') return { outcome: 'ask-parent', typed: { ...typed, step: 'parent' }, ...withToken };
  if (parent && 'code' in parent) return { outcome: 'problems', problems: [parent], typed, ...withToken };
  if (token && context.now.getTime() - token.shownAt.getTime() < QUICKEST_PERSON) {
    return { outcome: 'show-again', because: 'too-fast', typed, token };
  }
  return { outcome: 'ready', email: read.email, ...(parent ? { parent } : {}), answers: read.answers, boxes, token, language };
}

function readTyped(version: FormVersion, fields: URLSearchParams): Typed {
  const typed: Record<FieldKey, string> = {};
  for (const { key } of version.shown.bg.fields) {
    const name = (aliases[key] ?? [key]).find((alias) => fields.has(alias));
    if (name) typed[key] = fields.get(name) ?? '';
  }
  const known = new Set(version.shown.bg.boxes.map((box) => box.value));
  const age = version.shown.bg.age ? fields.get('age') : null;
  const parentEmail = version.shown.bg.age ? fields.get('parent_email') : null;
  return {
    fields: typed,
    ticked: [...new Set(fields.getAll('consent'))].filter((value) => known.has(value)),
    ...(age === null ? {} : { age }),
    ...(parentEmail === null ? {} : { parentEmail }),
    ...(version.shown.bg.age && fields.get('_step') === 'parent' ? { step: 'parent' as const } : {}),
  };
}

function readAnswers(shown: ShownForm, typed: Typed, country: string) {
  const problems: SubmissionProblem[] = [];
  const answers: Record<FieldKey, string> = {};
  let email: Email | undefined;
  for (const field of shown.fields) {
    const { key, required } = field;
    const text = (typed.fields[key] ?? '').normalize('NFC').trim();
    if (text === '') {
      if (required)
        problems.push({ field: key, code: field.type && choicesOf(shown, field).length > 0 ? 'not-a-choice' : 'missing' });
      continue;
    }
    const lines = field.type === 'long-text' ? text.split(/\r?\n/).map((line) => line.replaceAll('\t', ' ')) : [text];
    if (lines.some(hasForbiddenCharacters) || !text.isWellFormed()) problems.push({ field: key, code: 'characters' });
    else if (key === 'email') {
      const read = readEmail(text);
      if ('problem' in read) problems.push({ field: key, code: emailProblem(read.problem) });
      else email = read;
    } else if ([...text].length > longestAnswer(field)) problems.push({ field: key, code: 'too-long' });
    else if (key === 'phone' && 'problem' in readPhone(text, country)) problems.push({ field: key, code: 'phone-invalid' });
    else {
      const value = readCustom(shown, field, text, country);
      if (typeof value === 'string') answers[key] = value;
      else problems.push({ field: key, code: value.problem });
    }
  }
  return { problems, answers, email };
}

/** An answer as it is kept: dates as 2026-12-31, numbers with a point, choices by their short name. */
function readCustom(shown: ShownForm, field: ShownField, text: string, country: string): string | { problem: FieldProblemCode } {
  switch (field.type) {
    case 'choice':
    case 'yes-no':
      return choicesOf(shown, field).some((choice) => choice.value === text) ? text : { problem: 'not-a-choice' };
    case 'date':
      return readDate(text) ?? { problem: 'date-invalid' };
    case 'number':
      return readNumber(text) ?? { problem: 'number-invalid' };
    case 'email': {
      const read = readEmail(text);
      return 'problem' in read ? { problem: emailProblem(read.problem) } : read.normalised;
    }
    case 'phone': {
      const read = readPhone(text, country);
      return 'problem' in read ? { problem: 'phone-invalid' } : read.normalised;
    }
    case 'url':
      return readUrl(text) ?? { problem: 'url-invalid' };
    case 'long-text':
      return text.replaceAll('\r\n', '\n');
    default:
      return text;
  }
}

/** What Art. 9 protects is taken only together with the box that allows it. */
function readSensitive(
  shown: ShownForm,
  answers: Readonly<Record<FieldKey, string>>,
  boxes: readonly { box: ShownBox; ticked: boolean }[],
): SubmissionProblem[] {
  return shown.fields
    .filter((field) => field.sensitive && answers[field.key] !== undefined)
    .filter((field) => !boxes.some(({ box, ticked }) => ticked && box.opens?.includes(field.key)))
    .map((field) => ({ field: field.key, code: 'needs-explicit-consent' }));
}

/** Whoever is too young has to name a parent. */
export const parentNeeded: SubmissionProblem = { field: 'parent_email', code: 'parent-missing' };

function readParent(typed: Typed, own: Email): Email | SubmissionProblem | 'not-asked' {
  const text = (typed.parentEmail ?? '').normalize('NFC').trim();
  if (text === '') return typed.step === 'parent' ? parentNeeded : 'not-asked';
  const read = readEmail(text);
  if ('problem' in read) return { field: 'parent_email', code: emailProblem(read.problem) };
  // A parent of one's own making would answer from the same mailbox.
  if (mailboxOf(read.matchKey) === mailboxOf(own.matchKey)) return { field: 'parent_email', code: 'parent-same' };
  return read;
}

function emailProblem(problem: AddressProblem): FieldProblemCode {
  if (problem === 'mixed-alphabets') return 'email-mixed';
  return problem === 'too-long' ? 'email-too-long' : 'email-invalid';
}
