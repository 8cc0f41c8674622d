import type { Keys } from '#platform/crypto/keys.ts';
import { type AddressProblem, hasForbiddenCharacters, readEmail, readPhone } from '#src/contacts/addresses.ts';
import type { Language } from '#src/languages/languages.ts';
import type { FieldKey, ShownBox } from './form.ts';
import { type FormToken, OLDEST_FORM, QUICKEST_PERSON, readFormToken } from './form-token.ts';
import type { FormVersion } from './queries.ts';

/** What a person typed and ticked, as it stands in the form: shown again to them, and to nobody else. */
export interface Typed {
  readonly fields: Readonly<Partial<Record<FieldKey, string>>>;
  readonly ticked: readonly string[];
}

export type FieldProblemCode =
  | 'missing'
  | 'email-invalid'
  | 'email-mixed'
  | 'email-too-long'
  | 'phone-invalid'
  | 'too-long'
  | 'characters'
  | 'no-box';

export interface SubmissionProblem {
  readonly field: FieldKey | 'boxes';
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
      readonly outcome: 'ready';
      readonly email: Email;
      readonly answers: Readonly<Partial<Record<FieldKey, string>>>;
      readonly boxes: readonly { box: ShownBox; ticked: boolean }[];
      readonly token: FormToken | undefined;
      readonly language: Language;
    };

/** Longest answers, in characters; longer ones are told so, not cut. */
export const LONGEST: Readonly<Record<FieldKey, number>> = {
  email: 254,
  given_name: 100,
  family_name: 100,
  company: 200,
  phone: 40,
};

/** Fields of the form under the names other products use, so that a form written for them can point here. */
const aliases: Readonly<Record<FieldKey, readonly string[]>> = {
  email: ['email', 'EMAIL'],
  given_name: ['given_name', 'FNAME', 'name'],
  family_name: ['family_name', 'LNAME'],
  company: ['company'],
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
  const read = readAnswers(version, typed, context.country);
  const boxes = version.shown[language].boxes.map((box) => ({ box, ticked: typed.ticked.includes(box.value) }));
  const problems = [...read.problems];
  if (!boxes.some(({ ticked }) => ticked)) problems.push({ field: 'boxes', code: 'no-box' });
  if (problems.length > 0 || !read.email) return { outcome: 'problems', problems, typed, ...(token ? { token } : {}) };
  if (token && context.now.getTime() - token.shownAt.getTime() < QUICKEST_PERSON) {
    return { outcome: 'show-again', because: 'too-fast', typed, token };
  }
  return { outcome: 'ready', email: read.email, answers: read.answers, boxes, token, language };
}

function readTyped(version: FormVersion, fields: URLSearchParams): Typed {
  const typed: Partial<Record<FieldKey, string>> = {};
  for (const { key } of version.definition.fields) {
    const name = aliases[key].find((alias) => fields.has(alias));
    if (name) typed[key] = fields.get(name) ?? '';
  }
  const known = new Set(version.shown.bg.boxes.map((box) => box.value));
  return { fields: typed, ticked: fields.getAll('consent').filter((value) => known.has(value)) };
}

function readAnswers(version: FormVersion, typed: Typed, country: string) {
  const problems: SubmissionProblem[] = [];
  const answers: Partial<Record<FieldKey, string>> = {};
  let email: Email | undefined;
  for (const { key, required } of version.definition.fields) {
    const text = (typed.fields[key] ?? '').normalize('NFC').trim();
    if (text === '') {
      if (required) problems.push({ field: key, code: 'missing' });
      continue;
    }
    if (hasForbiddenCharacters(text) || !text.isWellFormed()) problems.push({ field: key, code: 'characters' });
    else if (key === 'email') {
      const read = readEmail(text);
      if ('problem' in read) problems.push({ field: key, code: emailProblem(read.problem) });
      else email = read;
    } else if ([...text].length > LONGEST[key]) problems.push({ field: key, code: 'too-long' });
    else if (key === 'phone' && 'problem' in readPhone(text, country)) problems.push({ field: key, code: 'phone-invalid' });
    else answers[key] = text;
  }
  return { problems, answers, email };
}

function emailProblem(problem: AddressProblem): FieldProblemCode {
  if (problem === 'mixed-alphabets') return 'email-mixed';
  return problem === 'too-long' ? 'email-too-long' : 'email-invalid';
}
