import type { Language } from '#src/languages/languages.ts';
import type { Services } from '#src/services.ts';
import { deskOf } from './desk.ts';
import { pageEvidence } from './evidence.ts';
import { createFormToken, type FormToken } from './form-token.ts';

import type { PublishedForm } from './published-form.ts';
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
  | { readonly outcome: 'check-mail'; readonly language: Language }
  | {
      readonly outcome: 'show-form';
      readonly form: PublishedForm;
      readonly language: Language;
      readonly token: string;
      readonly typed: Typed;
      readonly problems?: readonly SubmissionProblem[];
      readonly because?: 'forged' | 'stale' | 'changed' | 'too-fast';
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
      return { ...again(read.token?.language ?? posted.language, read.typed, read.token), because: read.because };
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
          boxes: read.boxes,
          evidence: evidenceOf(services, posted, read.token),
        },
      });
      if (filing === 'too-many') return { outcome: 'too-many' };
      // What is said does not depend on the address: over its limit, unknown, known or suppressed, it is the same.
      if (filing === 'accepted' || filing === 'address-full') return { outcome: 'check-mail', language: read.language };
      desk.forgetForm(posted.slug);
      return showNewVersion(services, posted, read.language);
    }
  }
}

/**
 * Reads what was posted against the form kept ready. Where that says the text has changed, it may be the desk that has not
 * heard yet of the version this person has before them: it is asked for once more.
 */
async function openForm(services: Services, posted: PostedForm) {
  const desk = deskOf(services);
  const open = async () => {
    const form = await desk.findForm(posted.slug);
    if (typeof form === 'string') return form;
    const { keys } = services;
    const context = { keys, now: services.now(), language: posted.language, country: 'BG' };
    return { form, read: readSubmission(form.version, posted.fields, context) };
  };
  const opened = await open();
  if (typeof opened === 'string' || opened.read.outcome !== 'show-again' || opened.read.because !== 'changed') return opened;
  desk.forgetForm(posted.slug);
  return open();
}

/** The form was published anew, or taken down, while this one was on its way. */
async function showNewVersion(services: Services, posted: PostedForm, language: Language): Promise<Submitted> {
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
