import type { Language } from '#src/languages/languages.ts';
import type { Services } from '#src/services.ts';
import { deskOf } from './desk.ts';
import { pageEvidence } from './evidence.ts';
import { createFormToken, type FormToken } from './form-token.ts';
import { loadShownVersion, type PublishedForm } from './published-form.ts';
import { type FormVersion, findFormVersion } from './queries.ts';
import { readSubmission, type SubmissionProblem, type Typed } from './read-submission.ts';

export interface PostedForm {
  readonly slug: string;
  readonly fields: URLSearchParams;
  readonly language: Language;
  readonly ip: string;
  readonly headers: Headers;
  /** Host of the page the form stood on, when it was not ours. */
  readonly elsewhere: string | undefined;
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
      readonly because?: 'forged' | 'stale' | 'changed' | 'too-fast';
      /** The version that was filled in, when it is not the one shown now. */
      readonly before?: FormVersion | undefined;
    };

/** Takes a posted form: reads it, files it, and says what to show. Answered only after what it says is on disk. */
export async function submitForm(services: Services, posted: PostedForm): Promise<Submitted> {
  const opened = await openForm(services, posted);
  if (typeof opened === 'string') return { outcome: opened };
  const { form, read } = opened;
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
      return { outcome: 'check-mail', language: posted.language };
    case 'switch-language':
      return again(read.language, read.typed);
    case 'show-again':
      return {
        ...again(read.token?.language ?? posted.language, read.typed, read.token),
        because: read.because,
        before: read.because === 'changed' ? await findBefore(services, form, read.token) : undefined,
      };
    case 'ask-parent':
      return again(read.token?.language ?? posted.language, read.typed, read.token);
    case 'problems':
      return { ...again(read.token?.language ?? posted.language, read.typed, read.token), problems: read.problems };
    case 'ready': {
      const filing = await desk.file({
        ip: posted.ip,
        submission: {
          form,
          language: read.language,
          email: read.email,
          matchHash: services.keys.matchHash('email', read.email.matchKey),
          answers: read.answers,
          ...(read.parent
            ? { parent: { email: read.parent, matchHash: services.keys.matchHash('email', read.parent.matchKey) } }
            : {}),
          boxes: read.boxes,
          evidence: evidenceOf(services, posted, read.token),
        },
      });
      if (filing === 'too-many') return { outcome: 'too-many' };
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
  const readAgainst = (form: PublishedForm) => {
    const { keys } = services;
    const context = { keys, now: services.now(), language: posted.language, country: 'BG' };
    return { form, read: readSubmission(form.version, posted.fields, context) };
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

/** Without our signed token the words beside the box were somebody else's; the confirmation page shows ours. */
function evidenceOf(services: Services, posted: PostedForm, token: FormToken | undefined): Record<string, string> {
  return {
    shown: token ? 'here' : 'elsewhere',
    ...(token ? { shownAt: token.shownAt.toISOString() } : {}),
    ...(posted.elsewhere ? { page: posted.elsewhere } : {}),
    ...pageEvidence(services, posted),
  };
}
