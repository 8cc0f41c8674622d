import { AppError, type FieldProblem, invalidFields } from '#platform/app-error.ts';
import type { Transaction } from '#platform/database/connect.ts';
import type { Language } from '#src/languages/languages.ts';
import type { Services } from '#src/services.ts';
import { bucketOf, countAttempts } from './count-attempts.ts';
import { mailboxBucket } from './desk.ts';
import type { FieldKey } from './form.ts';
import { loadPublishedForm } from './published-form.ts';
import type { FormVersion } from './queries.ts';
import { longestAnswer, parentNeeded, readSubmission, type SubmissionProblem } from './read-submission.ts';
import { recordSubmissions } from './record-submissions.ts';

export interface ApiSubmission {
  readonly slug: string;
  /** Language the text was shown in. */
  readonly language: Language;
  readonly fields: Readonly<Record<FieldKey, string>>;
  readonly age?: 'older' | 'younger' | undefined;
  readonly parentEmail?: string | undefined;
  /** Values of the boxes the person ticked: `newsletter:email`. */
  readonly consent: readonly string[];
  /** Where and when the person was shown what they agreed to, as the caller says. */
  readonly shown: { readonly at: Date; readonly page: string };
  readonly apiKeyId: string | undefined;
}

/**
 * Takes what a person filled in on a page we did not render. A program's word that somebody agreed is no consent: the
 * address is asked to confirm as after any form, and the proof says the first text was shown elsewhere. All in the
 * transaction of the request, so that a repeated Idempotency-Key never asks twice. Answers the version it was taken for.
 *
 * @throws AppError 409 not published, 422 fields, 429 over the form's limit, 503 when the same address came in at the same
 *   moment
 */
export async function submitByApi(tx: Transaction, services: Services, sent: ApiSubmission): Promise<{ versionId: string }> {
  const form = await loadPublishedForm(tx, sent.slug);
  if (typeof form === 'string') throw new AppError('form-closed', { status: 409 });
  const fields = new URLSearchParams();
  const asked = new Set(form.version.shown[sent.language].fields.map(({ key }) => key));
  for (const [key, value] of Object.entries(sent.fields)) if (asked.has(key)) fields.set(key, value);
  if (sent.age) fields.set('age', sent.age);
  if (sent.parentEmail) fields.set('parent_email', sent.parentEmail);
  for (const value of sent.consent) fields.append('consent', value);
  const context = { keys: services.keys, now: services.now(), language: sent.language, country: 'BG' };
  const read = readSubmission(form.version, fields, context);
  const problem = (one: SubmissionProblem) => problemOf(one, form.version);
  const strange = Object.keys(sent.fields).filter((key) => !asked.has(key));
  if (strange.length > 0) throw invalidFields(strange.map((key) => ({ field: `fields.${key}`, code: 'unknown-field' })));
  if (read.outcome === 'problems') throw invalidFields(read.problems.map(problem));
  // A program has no next page to be asked on.
  if (read.outcome === 'ask-parent') throw invalidFields([problem(parentNeeded)]);
  if (read.outcome !== 'ready') throw new Error(`a submission by a program was read as ${read.outcome}`);

  const known = new Set(form.version.shown[sent.language].boxes.map((box) => box.value));
  const unknown = sent.consent.flatMap((value, at) =>
    known.has(value) ? [] : [{ field: `consent.${at}`, code: 'no-such-box' }],
  );
  if (unknown.length > 0) throw invalidFields(unknown);

  const { flood, smtpUrl } = services.config;
  const limits = [
    { bucket: mailboxBucket(services.keys, read.email.matchKey), allowances: flood.perAddress },
    { bucket: bucketOf(services.keys, 'form', form.id), allowances: [flood.perForm] },
    // A parent gets a message too, whatever children name them.
    ...(read.parent ? [{ bucket: mailboxBucket(services.keys, read.parent.matchKey), allowances: flood.perAddress }] : []),
  ];
  const [verdict] = await countAttempts(tx, [limits], services.now());
  if (verdict === 1) throw new AppError('too-many-sign-ups', { status: 429, headers: { 'retry-after': '3600' } });
  // What is answered does not depend on the address.
  if (verdict !== undefined) return { versionId: form.version.id };
  const submission = {
    form,
    language: sent.language,
    email: read.email,
    matchHash: services.keys.matchHash('email', read.email.matchKey),
    answers: read.answers,
    ...(read.parent ? { parent: { email: read.parent, matchHash: services.keys.matchHash('email', read.parent.matchKey) } } : {}),
    boxes: read.boxes,
    evidence: {
      shown: 'elsewhere',
      shownAt: sent.shown.at.toISOString(),
      page: sent.shown.page,
      ...(sent.apiKeyId ? { apiKey: sent.apiKeyId } : {}),
    },
  };
  try {
    await recordSubmissions(tx, [submission], { mail: smtpUrl ? 'queued' : 'held' });
  } catch (cause) {
    // The same address for the first time, twice at once: the other one has it.
    if ((cause as { code?: unknown }).code === '23505') {
      throw new AppError('unavailable', { status: 503, headers: { 'retry-after': '2' }, cause });
    }
    throw cause;
  }
  return { versionId: form.version.id };
}

/** The page without its query and fragment, which may speak of the person. */
export function pageWithoutQuery(address: string): string {
  const { origin, pathname } = new URL(address);
  return `${origin}${pathname}`.slice(0, 300);
}

const codes: Readonly<Record<string, string>> = {
  'email-invalid': 'invalid-email',
  'email-mixed': 'mixed-alphabets',
  'email-too-long': 'too-long',
  'phone-invalid': 'invalid-phone',
  characters: 'forbidden-characters',
};

const members: Readonly<Record<string, string>> = { boxes: 'consent', age: 'age', parent_email: 'parentEmail' };

function problemOf({ field, code }: SubmissionProblem, version: FormVersion): FieldProblem {
  const shown = version.shown.bg.fields.find(({ key }) => key === field);
  const values = code === 'too-long' && shown ? { values: { max: longestAnswer(shown) } } : {};
  return { field: members[field] ?? `fields.${field}`, code: codes[code] ?? code, ...values };
}
