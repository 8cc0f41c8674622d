import { readLinkToken } from '#platform/crypto/link-token.ts';
import { type Database, inTransaction } from '#platform/database/connect.ts';
import { stylesheet } from '#platform/html/stylesheet.ts';
import { seeOther } from '#platform/http/reply.ts';
import { findPrimaryEmail } from '#src/contacts/find-primary-email.ts';
import { definePage, type Page } from '#src/define-route.ts';
import type { Language } from '#src/languages/languages.ts';
import { findNoticeByHash } from '#src/notices/find-notice.ts';
import { preferencesAddress } from '#src/preferences/links.ts';
import { stalePage } from '#src/preferences/stale-page.ts';
import { listReceiptsOf } from '#src/receipts/list-receipts.ts';
import type { Services } from '#src/services.ts';
import { askPage, confirmedPage, nothingToConfirmPage, rejectedPage } from './confirm-pages.ts';
import { confirmSubmission, rejectSubmission } from './confirm-submission.ts';
import { pageEvidence } from './evidence.ts';
import { findSubmission, isAskedOf, type Submission } from './find-submission.ts';
import { PREFERENCES_FORM } from './form.ts';
import { createFormToken } from './form-token.ts';
import { checkMailAddress, checkMailPage, formPage, missingFormPage, problemMessage, tooManyPage } from './pages.ts';
import { languageOf, settingOf } from './public-page.ts';
import { publicTexts } from './public-texts.ts';
import { findPublishedVersion } from './published-form.ts';
import { type Submitted, submitForm } from './submit-form.ts';

/** What the public sees of forms: fill in, check the mail, confirm. */
export const formPages: readonly Page[] = [
  definePage({
    method: 'GET',
    path: stylesheet.path,
    policy: 'public',
    handle: () =>
      new Response(stylesheet.body, {
        headers: { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'public, max-age=31536000, immutable' },
      }),
  }),

  definePage({
    method: 'GET',
    path: '/f/:form',
    policy: 'public',
    async handle(call) {
      const slug = call.params.form ?? '';
      const setting = await settingOf(call.db, languageOf(call));
      const form = await findHostedForm(call.db, slug);
      if (typeof form === 'string') return missingFormPage(setting, form, slug);
      const token = createFormToken(call.services.keys, {
        versionId: form.version.id,
        language: setting.language,
        shownAt: call.services.now(),
      });
      return formPage(setting, { slug, version: form.version, token });
    },
  }),

  definePage({
    method: 'POST',
    path: '/f/:form',
    policy: 'public',
    async handle(call) {
      const slug = call.params.form ?? '';
      if (slug === PREFERENCES_FORM) return missingFormPage(await settingOf(call.db, languageOf(call)), 'missing', slug);
      const submitted = await submitForm(call.services, {
        slug,
        fields: await call.readForm(),
        language: languageOf(call),
        ip: call.ip,
        headers: call.headers,
        elsewhere: foreignHost(call.headers.get('origin'), call.services.config.publicUrl),
      });
      return wantsJson(call.headers)
        ? jsonReply(submitted, languageOf(call))
        : pageReplyOf(call.services, slug, submitted, languageOf(call));
    },
  }),

  definePage({
    method: 'GET',
    path: '/f/:form/check-mail',
    policy: 'public',
    async handle(call) {
      const slug = call.params.form ?? '';
      const setting = await settingOf(call.db, languageOf(call));
      const form = await findHostedForm(call.db, slug);
      return typeof form === 'string' ? missingFormPage(setting, form, slug) : checkMailPage(setting, slug);
    },
  }),

  definePage({
    method: 'GET',
    path: '/confirm/:token',
    policy: 'public',
    async handle(call) {
      const token = call.params.token ?? '';
      const read = readLinkToken(call.services.keys, 'confirm', token, call.services.now());
      const [submissionId] = typeof read === 'string' ? [] : read.ids;
      const submission = submissionId ? await findSubmission(call.db, submissionId) : undefined;
      const setting = await settingOf(call.db, languageOf(call, submission?.language));
      if (!submissionId) return stalePage(setting);
      if (!submission) {
        return call.query.get('done') === 'not-me' ? rejectedPage(setting, token) : nothingToConfirmPage(setting, token);
      }
      // A contact that is still here after that was known for another reason.
      if (submission.status === 'rejected') {
        return rejectedPage(setting, token, preferencesAddress(call.services, submission.contactId));
      }
      const point = await findPrimaryEmail(call.db, submission.contactId);
      const page = {
        token,
        submission,
        email: point?.address ?? '',
        noticeAddress: await noticeAddress(call.services, submission, setting.language),
      };
      if (submission.status === 'confirmed') {
        return confirmedPage(setting, {
          ...page,
          preferencesAddress: preferencesAddress(call.services, submission.contactId),
          receipts: await receiptsOfSubmission(call, submission),
          fresh: call.query.get('done') === 'confirmed',
        });
      }
      if (submission.status === 'expired' || submission.expiresAt <= call.services.now()) {
        const isHosted = submission.formSlug !== PREFERENCES_FORM;
        return nothingToConfirmPage(setting, token, isHosted ? `/f/${submission.formSlug}?lang=${setting.language}` : undefined);
      }
      if (!isAskedOf(submission, point)) return nothingToConfirmPage(setting, token);
      return askPage(setting, { ...page, unclear: call.query.get('done') === 'unclear' });
    },
  }),

  definePage({
    method: 'POST',
    path: '/confirm/:token',
    policy: 'public',
    async handle(call) {
      const token = call.params.token ?? '';
      const { services } = call;
      const read = readLinkToken(services.keys, 'confirm', token, services.now());
      const fields = await call.readForm();
      const [submissionId] = typeof read === 'string' ? [] : read.ids;
      const language = languageOf(call);
      if (!submissionId) return stalePage(await settingOf(call.db, language));

      const answer = fields.get('answer');
      const here = `/confirm/${token}?lang=${language}`;
      if (answer === 'confirm') {
        const settling = { submissionId, language, evidence: pageEvidence(services, call) };
        const outcome = await inTransaction(services.db, (tx) => confirmSubmission(tx, services, settling));
        return seeOther(outcome === 'confirmed' ? `${here}&done=confirmed` : here);
      }
      if (answer === 'not-me') {
        const outcome = await inTransaction(services.db, (tx) => rejectSubmission(tx, { submissionId }));
        return seeOther(outcome === 'rejected' ? `${here}&done=not-me` : here);
      }
      return seeOther(`${here}&done=unclear`);
    },
  }),
];

/** Of every box, the ones left empty too: a refusal is an answer. */
async function receiptsOfSubmission(call: Parameters<Page['handle']>[0], { id, contactId }: Submission) {
  const receipts = await listReceiptsOf(call.services, call.db, contactId);
  return receipts.filter(({ submissionId }) => submissionId === id).reverse();
}

async function findHostedForm(db: Database, slug: string) {
  return slug === PREFERENCES_FORM ? 'missing' : findPublishedVersion(db, slug);
}

async function noticeAddress(services: Services, submission: Submission, language: Language): Promise<string> {
  const notice = await findNoticeByHash(services.db, submission.version.noticeHashes[language]);
  return notice ? `/notices/${notice.slug}/${notice.version}?lang=${language}` : '/notices';
}

async function pageReplyOf(services: Services, slug: string, submitted: Submitted, language: Language): Promise<Response> {
  switch (submitted.outcome) {
    case 'check-mail':
      return seeOther(checkMailAddress(slug, submitted.language));
    case 'missing':
    case 'closed':
      return missingFormPage(await settingOf(services.db, language), submitted.outcome, slug);
    case 'too-many':
      return tooManyPage(await settingOf(services.db, language), slug);
    case 'show-form': {
      const setting = await settingOf(services.db, submitted.language);
      return formPage(setting, { slug, version: submitted.form.version, ...submitted });
    }
  }
}

/** The same for programs. */
function jsonReply(submitted: Submitted, language: Language): Response {
  const texts = publicTexts[language];
  const problem = (status: number, code: string, title: string, detail: string, errors: unknown[] = []) =>
    new Response(JSON.stringify({ type: 'about:blank', title, status, detail, code, errors }), {
      status,
      headers: { 'content-type': 'application/problem+json; charset=utf-8' },
    });
  switch (submitted.outcome) {
    case 'check-mail':
      return Response.json({ status: 'check-mail', message: texts.checkMail.title }, { status: 202 });
    case 'missing':
      return problem(404, 'form-missing', texts.form.missing.title, texts.form.missing.text);
    case 'closed':
      return problem(410, 'form-closed', texts.form.closed.title, texts.form.closed.text);
    case 'too-many':
      return problem(429, 'too-many', texts.form.tooMany.title, texts.form.tooMany.text);
    case 'show-form': {
      const { because, problems = [] } = submitted;
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

function wantsJson(headers: Headers): boolean {
  const type = headers.get('content-type') ?? '';
  const accept = headers.get('accept') ?? '';
  return (type.startsWith('application/json') || accept.includes('application/json')) && !accept.includes('text/html');
}

/** Host of the site a form was posted from, when it is not ours. */
function foreignHost(origin: string | null, publicUrl: string): string | undefined {
  if (!origin || !URL.canParse(origin)) return undefined;
  const { host } = new URL(origin);
  return host === '' || host === new URL(publicUrl).host ? undefined : host.slice(0, 253);
}
