import { readLinkToken } from '#platform/crypto/link-token.ts';
import type { Database } from '#platform/database/connect.ts';
import { inTransaction } from '#platform/database/connect.ts';
import { stylesheet } from '#platform/html/stylesheet.ts';
import { foreignOrigin } from '#platform/http/cross-origin.ts';
import { seeOther } from '#platform/http/reply.ts';
import { findPrimaryEmail } from '#src/contacts/find-primary-email.ts';
import { definePage, type Page } from '#src/define-route.ts';
import { preferencesAddress } from '#src/preferences/links.ts';
import { stalePage } from '#src/preferences/stale-page.ts';
import { listReceiptsOf } from '#src/receipts/list-receipts.ts';
import { jsonReply, pageReplyOf, wantsJson } from './answer-submitted.ts';
import { askPage, confirmedPage, nothingToConfirmPage, rejectedPage } from './confirm-pages.ts';
import { confirmSubmission, rejectSubmission } from './confirm-submission.ts';
import { countStep } from './count-steps.ts';
import { downloadPage } from './download-route.ts';
import { embedPages } from './embed-routes.ts';
import { pageEvidence } from './evidence.ts';
import { findSubmission, findVersionOf, isAskedOf, type Submission } from './find-submission.ts';
import { PREFERENCES_FORM } from './form.ts';
import { createFormToken } from './form-token.ts';
import { findGuardian } from './guardians.ts';
import { checkMailPage, formPage, missingFormPage } from './pages.ts';
import { parentPages } from './parent-routes.ts';
import { languageOf, settingOf } from './public-page.ts';
import { findHostedForm } from './published-form.ts';
import { isReturnAddressOf, isSiteOf } from './sites.ts';
import { submitForm } from './submit-form.ts';
import { textAddress } from './text-address.ts';

/** What the public sees of forms: fill in, check the mail, confirm. */
export const formPages: readonly Page[] = [
  ...embedPages,
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
      countStep(call.services, form.version.id, 'shown');
      return formPage(setting, { slug, version: form.version, token });
    },
  }),

  definePage({
    method: 'POST',
    path: '/f/:form',
    policy: 'public',
    sharedWith: ({ db, params, origin }) => isSiteOf(db, params.form ?? '', origin),
    async handle(call) {
      const slug = call.params.form ?? '';
      const language = languageOf(call);
      if (slug === PREFERENCES_FORM) return missingFormPage(await settingOf(call.db, language), 'missing', slug);
      const fields = await call.readForm();
      const elsewhere = foreignOrigin(call.headers, call.services.config.publicUrl);
      const submitted = await submitForm(call.services, { ...call, slug, fields, language, elsewhere });
      const wanted = fields.get('_return');
      const returnAddress = wanted !== null && (await isReturnAddressOf(call.db, slug, wanted)) ? wanted : undefined;
      const answered = { slug, submitted, language, returnAddress };
      return wantsJson(call.headers) ? jsonReply(answered) : pageReplyOf(call.services, answered);
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
      return typeof form === 'string'
        ? missingFormPage(setting, form, slug)
        : checkMailPage(setting, slug, form.version, call.query.get('asked') === 'parent' ? 'parent' : undefined);
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
        noticeAddress: await textAddress(call.db, submission.version, setting.language),
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
      // Somebody too young is asked after their parent.
      if (!isAskedOf(submission, point) || (await waitsForParent(call.db, submission)))
        return nothingToConfirmPage(setting, token);
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
        const versionId = await findVersionOf(services.db, submissionId);
        const outcome = await inTransaction(services.db, (tx) => confirmSubmission(tx, services, settling));
        if (outcome === 'confirmed' && versionId) countStep(services, versionId, 'confirmed');
        return seeOther(outcome === 'confirmed' ? `${here}&done=confirmed` : here);
      }
      if (answer === 'not-me') {
        const versionId = await findVersionOf(services.db, submissionId);
        const outcome = await inTransaction(services.db, (tx) => rejectSubmission(tx, { submissionId }));
        if (outcome === 'rejected' && versionId) countStep(services, versionId, 'rejected');
        return seeOther(outcome === 'rejected' ? `${here}&done=not-me` : here);
      }
      return seeOther(`${here}&done=unclear`);
    },
  }),

  ...parentPages,
  downloadPage,
];

async function waitsForParent(db: Database, submission: Submission): Promise<boolean> {
  return submission.underAge && !(await findGuardian(db, submission.id))?.confirmedAt;
}

/** Of every box, the ones left empty too: a refusal is an answer. */
async function receiptsOfSubmission(call: Parameters<Page['handle']>[0], { id, contactId }: Submission) {
  const receipts = await listReceiptsOf(call.services, call.db, contactId);
  return receipts.filter(({ submissionId }) => submissionId === id).reverse();
}
