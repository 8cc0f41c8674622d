import { seeOther } from '#platform/http/reply.ts';
import type { Language } from '#src/languages/languages.ts';
import type { Services } from '#src/services.ts';
import { DAYS_TO_CONFIRM } from './form.ts';
import type { Frame } from './framed-page.ts';
import { checkMailAddress, formPage, missingFormPage, parentPage, problemMessage, tooManyPage } from './pages.ts';
import { settingOf } from './public-page.ts';
import { publicTexts } from './public-texts.ts';
import { parentNeeded } from './read-submission.ts';
import type { Submitted } from './submit-form.ts';

/** What became of a form, and where it is told. */
interface Answered {
  readonly slug: string;
  readonly submitted: Submitted;
  readonly language: Language;
  /** The frame the page stands in. */
  readonly frame?: Frame;
  /** An allowed address on another site to go to when the form was taken. */
  readonly returnAddress?: string | undefined;
}

/** For people: a page, or the way to the next one. */
export async function pageReplyOf(services: Services, answered: Answered): Promise<Response> {
  const { slug, submitted, language, frame } = answered;
  const settingIn = async (tongue: Language) => ({ ...(await settingOf(services.db, tongue)), ...(frame ? { frame } : {}) });
  switch (submitted.outcome) {
    case 'check-mail':
      if (answered.returnAddress) return new Response(null, { status: 303, headers: { location: answered.returnAddress } });
      return seeOther(checkMailAddress(slug, submitted.language, { isFramed: frame !== undefined, asked: submitted.asked }));
    case 'missing':
    case 'closed':
      return missingFormPage(await settingIn(language), submitted.outcome, slug);
    case 'too-many':
      return tooManyPage(await settingIn(language), slug);
    case 'show-form': {
      const setting = await settingIn(submitted.language);
      const page = { slug, version: submitted.form.version, ...submitted };
      return submitted.typed.step === 'parent' && !submitted.because ? parentPage(setting, page) : formPage(setting, page);
    }
  }
}

/** The same for programs. */
export function jsonReply({ submitted, language, returnAddress }: Answered): Response {
  const texts = publicTexts[language];
  const problem = (status: number, code: string, title: string, detail: string, errors: unknown[] = []) =>
    new Response(JSON.stringify({ type: 'about:blank', title, status, detail, code, errors }), {
      status,
      headers: { 'content-type': 'application/problem+json; charset=utf-8' },
    });
  switch (submitted.outcome) {
    case 'check-mail':
      return Response.json(
        {
          status: 'check-mail',
          message: texts.checkMail.title,
          text: texts.checkMail.text(DAYS_TO_CONFIRM),
          ...(returnAddress ? { next: returnAddress } : {}),
        },
        { status: 202 },
      );
    case 'missing':
      return problem(404, 'form-missing', texts.form.missing.title, texts.form.missing.text);
    case 'closed':
      return problem(410, 'form-closed', texts.form.closed.title, texts.form.closed.text);
    case 'too-many':
      return problem(429, 'too-many', texts.form.tooMany.title, texts.form.tooMany.text);
    case 'show-form': {
      const { because } = submitted;
      // A program has no next page to be asked on.
      const problems = submitted.problems ?? (submitted.typed.step === 'parent' ? [parentNeeded] : []);
      const shown = submitted.form.version.shown[language];
      if (because) {
        const words = texts.form[because === 'too-fast' ? 'tooFast' : because];
        return problem(422, `form-${because}`, words.title, words.text);
      }
      const errors = problems.map(({ field, code }) => ({ field, code, message: problemMessage({ field, code }, shown, texts) }));
      return problem(422, 'invalid-fields', texts.problemTitle, errors.map(({ message }) => message).join(' '), errors);
    }
  }
}

export function wantsJson(headers: Headers): boolean {
  const type = headers.get('content-type') ?? '';
  const accept = headers.get('accept') ?? '';
  return (type.startsWith('application/json') || accept.includes('application/json')) && !accept.includes('text/html');
}
