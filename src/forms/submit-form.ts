import type { Language } from '#src/languages/languages.ts';
import type { Services } from '#src/services.ts';
import { countStep } from './count-steps.ts';
import { deskOf } from './desk.ts';
import { pageEvidence } from './evidence.ts';
import { createFormToken, type FormToken, readFormToken } from './form-token.ts';
import { hasCollapsed } from './has-collapsed.ts';
import { holdSubmission } from './hold-submission.ts';
import { listMappings, translateForeign } from './mappings.ts';
import { loadShownVersion, type PublishedForm } from './published-form.ts';
import { type FormVersion, findFormVersion } from './queries.ts';
import { readSubmission, type SubmissionProblem, type Typed } from './read-submission.ts';
import type { NewSubmission } from './record-submissions.ts';

export interface PostedForm {
  readonly slug: string;
  readonly fields: URLSearchParams;
  readonly language: Language;
  readonly ip: string;
  readonly headers: Headers;
  /** Origin of the page the form stood on, when it was not ours; `null` when it would not say. */
  readonly elsewhere: string | undefined;
  /** It stood in our own page, in a frame of another site. */
  readonly isFramed?: boolean;
}

export type Submitted =
  | { readonly outcome: 'missing' | 'closed' | 'too-many' }
  /** To be told the same to everyone. */
  | { readonly outcome: 'check-mail'; readonly language: Language; readonly asked?: 'parent' }
  | {
      readonly outcome: 'show-form';
      readonly form: PublishedForm;
      readonly language: Language;
      readonly token: string;
      readonly typed: Typed;
      readonly problems?: readonly SubmissionProblem[];
      readonly because?: 'forged' | 'stale' | 'changed' | 'too-fast' | 'choose';
      /** The version that was filled in, when it is not the one shown now. */
      readonly before?: FormVersion | undefined;
    };

/** Takes a posted form: reads it, files it, and says what to show. Answered only after what it says is on disk. */
export async function submitForm(services: Services, posted: PostedForm): Promise<Submitted> {
  const opened = await openForm(services, posted);
  if (typeof opened === 'string') return { outcome: opened };
  const { form, read, fields } = opened;
  const desk = deskOf(services);
  const now = services.now();
  const again = (language: Language, typed: Typed, token?: FormToken) => ({
    outcome: 'show-form' as const,
    form,
    language,
    typed,
    token: createFormToken(services.keys, {
      versionId: form.version.id,
      language,
      // The time is kept, so that somebody asked once for being quick is not asked again for answering.
      shownAt:
        token?.versionId === form.version.id && read.outcome !== 'show-again' ? token.shownAt : (keptTime(read, token) ?? now),
    }),
  });

  switch (read.outcome) {
    case 'trapped':
      await holdIfReadable(services, posted, form, fields, 'trap');
      return { outcome: 'check-mail', language: posted.language };
    case 'switch-language':
      return again(read.language, read.typed);
    case 'show-again':
      if (read.because === 'too-fast') await holdIfReadable(services, posted, form, fields, 'too-fast');
      countStep(services, form.version.id, 'problems');
      return {
        ...again(read.token?.language ?? posted.language, read.typed, read.token),
        because: read.because,
        before: read.because === 'changed' ? await findBefore(services, form, read.token) : undefined,
      };
    case 'ask-parent':
      return again(read.token?.language ?? posted.language, read.typed, read.token);
    case 'problems':
      countStep(services, form.version.id, 'problems');
      // Made for another product, and nobody has said what its lists mean here: they choose before our own words.
      if (isOnlyUnchosen(read.problems) && !fields.has('_form') && !fields.has('_version')) {
        return { ...again(posted.language, read.typed), because: 'choose' };
      }
      return { ...again(read.token?.language ?? posted.language, read.typed, read.token), problems: read.problems };
    case 'ready': {
      const submission = submissionOf(services, posted, form, read);
      if (await hasCollapsed(services, form.id)) {
        await holdSubmission(services, submission, 'few-confirm');
        return { outcome: 'check-mail', language: read.language, ...(read.parent ? { asked: 'parent' } : {}) };
      }
      const filing = await desk.file({ ip: posted.ip, submission });
      if (filing === 'accepted') countStep(services, form.version.id, 'accepted');
      if (filing === 'too-many') {
        await holdSubmission(services, submission, 'flood');
        return { outcome: 'too-many' };
      }
      // What is said does not depend on the address: over its limit, unknown, known or suppressed, it is the same.
      if (filing === 'accepted' || filing === 'address-full') {
        return { outcome: 'check-mail', language: read.language, ...(read.parent ? { asked: 'parent' } : {}) };
      }
      desk.forgetForm(posted.slug);
      return showNewVersion(services, posted, read.language, form.version);
    }
  }
}

/**
 * Reads what was posted against the form kept ready. Where that says the text has changed, it may be the desk that has not
 * heard yet of the version this person has before them: it is asked for once more.
 */
async function openForm(services: Services, posted: PostedForm) {
  const desk = deskOf(services);
  const readAgainst = async (form: PublishedForm) => {
    const { keys } = services;
    const context = { keys, now: services.now(), language: posted.language, country: 'BG' };
    const fields = posted.fields.has('_form')
      ? posted.fields
      : translateForeign(posted.fields, await listMappings(services.db, form.id), form.version.shown[posted.language].boxes);
    return { form, fields, read: readSubmission(form.version, fields, context) };
  };
  const open = async () => {
    const form = await desk.findForm(posted.slug);
    return typeof form === 'string' ? form : readAgainst(form);
  };
  const isOther = (opened: Awaited<ReturnType<typeof open>>) =>
    typeof opened !== 'string' && opened.read.outcome === 'show-again' && opened.read.because === 'changed';
  const opened = await open();
  if (!isOther(opened)) return opened;
  desk.forgetForm(posted.slug);
  const anew = await open();
  if (typeof anew === 'string' || !isOther(anew) || !('token' in anew.read) || !anew.read.token) return anew;
  const shown = await loadShownVersion(services.db, posted.slug, anew.read.token.versionId);
  return shown ? readAgainst(shown) : anew;
}

/** The version of this form that somebody filled in too long ago, to show what has become different. */
async function findBefore(
  services: Services,
  form: PublishedForm,
  token: FormToken | undefined,
): Promise<FormVersion | undefined> {
  const version = token && (await findFormVersion(services.db, token.versionId));
  return version?.formId === form.id ? version : undefined;
}

/** The form was published anew, or taken down, while this one was on its way. */
async function showNewVersion(
  services: Services,
  posted: PostedForm,
  language: Language,
  before: FormVersion,
): Promise<Submitted> {
  const form = await deskOf(services).findForm(posted.slug);
  if (typeof form === 'string') return { outcome: form };
  const now = services.now();
  const read = readSubmission(form.version, posted.fields, { keys: services.keys, now, language, country: 'BG' });
  const typed = 'typed' in read ? read.typed : { fields: { email: posted.fields.get('email') ?? '' }, ticked: [] };
  return {
    outcome: 'show-form',
    form,
    language,
    typed: { ...typed, ticked: [] },
    because: 'changed',
    before,
    token: createFormToken(services.keys, { versionId: form.version.id, language, shownAt: now }),
  };
}

function keptTime(read: ReturnType<typeof readSubmission>, token: FormToken | undefined): Date | undefined {
  return read.outcome === 'show-again' && read.because === 'too-fast' ? token?.shownAt : undefined;
}

type Ready = Extract<ReturnType<typeof readSubmission>, { outcome: 'ready' }>;

function submissionOf(services: Services, posted: PostedForm, form: PublishedForm, read: Ready): NewSubmission {
  return {
    form,
    language: read.language,
    email: read.email,
    matchHash: services.keys.matchHash('email', read.email.matchKey),
    answers: read.answers,
    ...(read.parent ? { parent: { email: read.parent, matchHash: services.keys.matchHash('email', read.parent.matchKey) } } : {}),
    boxes: read.boxes,
    evidence: evidenceOf(services, posted, read.token),
  };
}

/** What nobody could have been asked to confirm is not worth putting aside. */
async function holdIfReadable(
  services: Services,
  posted: PostedForm,
  form: PublishedForm,
  fields: URLSearchParams,
  reason: 'trap' | 'too-fast',
): Promise<void> {
  const tokenText = fields.get('_form');
  const token = tokenText === null ? undefined : readFormToken(services.keys, tokenText);
  const plain = new URLSearchParams(fields);
  for (const name of ['website', '_form', '_lang']) plain.delete(name);
  const known = token && token !== 'forged' && token.versionId === form.version.id ? token : undefined;
  const language = known?.language ?? posted.language;
  const read = readSubmission(form.version, plain, { keys: services.keys, now: services.now(), language, country: 'BG' });
  if (read.outcome !== 'ready') return;
  await holdSubmission(services, submissionOf(services, posted, form, { ...read, token: known }), reason);
}

function isOnlyUnchosen(problems: readonly SubmissionProblem[]): boolean {
  return problems.every(({ code }) => code === 'no-box');
}

/**
 * Without our signed token the words beside the box were somebody else's, and so they were when another site sends a token
 * it fetched from us; the confirmation page shows ours.
 */
function evidenceOf(services: Services, posted: PostedForm, token: FormToken | undefined): Record<string, string> {
  const isOurs = token !== undefined && posted.elsewhere === undefined;
  const claimed = posted.fields.get('_version');
  const page = posted.elsewhere && pageOf(posted.elsewhere, posted.headers.get('referer'));
  return {
    shown: isOurs ? 'here' : 'elsewhere',
    ...(token && isOurs ? { shownAt: token.shownAt.toISOString() } : {}),
    ...(page ? { page } : {}),
    ...(posted.isFramed ? { place: 'frame' } : {}),
    // The version a copied form says it was made of: a claim, which nobody signed.
    ...(claimed && /^[1-9]\d{0,5}$/.test(claimed) ? { claims: claimed } : {}),
    ...pageEvidence(services, posted),
  };
}

/** The page a form stood on, as far as its site says; without the query, which may speak of the person. */
function pageOf(origin: string, referer: string | null): string | undefined {
  if (!URL.canParse(origin)) return undefined;
  const site = new URL(origin).origin;
  const page = referer !== null && URL.canParse(referer) ? new URL(referer) : undefined;
  return (page?.origin === site ? site + page.pathname.replace(/^\/$/, '') : site).slice(0, 300);
}
