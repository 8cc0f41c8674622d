import { readLinkToken } from '#platform/crypto/link-token.ts';
import { inTransaction } from '#platform/database/connect.ts';
import { seeOther } from '#platform/http/reply.ts';
import { hasForbiddenCharacters } from '#src/contacts/addresses.ts';
import { findPrimaryEmail } from '#src/contacts/find-primary-email.ts';
import { definePage, type Page } from '#src/define-route.ts';
import { stalePage } from '#src/preferences/stale-page.ts';
import type { Services } from '#src/services.ts';
import { nothingToConfirmPage } from './confirm-pages.ts';
import { findSubmission } from './find-submission.ts';
import { agreeForChild, declineForChild, findGuardian } from './guardians.ts';
import { noticeAddress } from './notice-address.ts';
import { askParentPage, type ParentPage, parentAgreedPage, parentDeclinedPage } from './parent-pages.ts';
import { languageOf, type Setting, settingOf } from './public-page.ts';

/** Where a parent answers for a child: looking changes nothing, a button does. */
export const parentPages: readonly Page[] = [
  definePage({
    method: 'GET',
    path: '/parent/:token',
    policy: 'public',
    async handle(call) {
      const token = call.params.token ?? '';
      const submissionId = submissionOf(call.services, token);
      const submission = submissionId ? await findSubmission(call.db, submissionId) : undefined;
      const setting = await settingOf(call.db, languageOf(call, submission?.language));
      if (!submissionId) return stalePage(setting);
      return answerOf(call.services, setting, token, submissionId, { done: call.query.get('done') });
    },
  }),

  definePage({
    method: 'POST',
    path: '/parent/:token',
    policy: 'public',
    async handle(call) {
      const token = call.params.token ?? '';
      const { services } = call;
      const submissionId = submissionOf(services, token);
      const fields = await call.readForm();
      const language = languageOf(call);
      const setting = await settingOf(call.db, language);
      if (!submissionId) return stalePage(setting);

      const here = `/parent/${token}?lang=${language}`;
      if (fields.get('answer') === 'decline') {
        const outcome = await inTransaction(services.db, (tx) => declineForChild(tx, submissionId));
        return seeOther(outcome === 'declined' ? `${here}&done=declined` : here);
      }
      const name = (fields.get('parent_name') ?? '').normalize('NFC').trim();
      const isResponsible = fields.get('responsible') === 'yes';
      const problems = [
        ...(name === '' ? ['name-missing' as const] : isName(name) ? [] : ['name-invalid' as const]),
        ...(isResponsible ? [] : ['responsible-missing' as const]),
      ];
      if (fields.get('answer') !== 'agree' || problems.length > 0) {
        return answerOf(services, setting, token, submissionId, { done: null, typedName: name, isResponsible, problems });
      }
      const outcome = await inTransaction(services.db, (tx) => agreeForChild(tx, services, { submissionId, name }));
      return seeOther(outcome === 'agreed' ? `${here}&done=agreed` : here);
    },
  }),
];

/** The page that fits what has become of the question. */
async function answerOf(
  services: Services,
  setting: Setting,
  token: string,
  submissionId: string,
  shown: Pick<ParentPage, 'typedName' | 'isResponsible' | 'problems'> & { done: string | null },
): Promise<Response> {
  const submission = await findSubmission(services.db, submissionId);
  const guardian = submission && (await findGuardian(services.db, submissionId));
  if (!submission || !guardian) {
    return shown.done === 'declined' ? parentDeclinedPage(setting, token) : nothingToConfirmPage(setting, token);
  }
  if (submission.status === 'rejected') return parentDeclinedPage(setting, token);
  const point = await findPrimaryEmail(services.db, submission.contactId);
  const { done, ...typed } = shown;
  const page = {
    token,
    submission,
    email: point?.address ?? '',
    noticeAddress: await noticeAddress(services.db, submission, setting.language),
    ...typed,
  };
  if (guardian.confirmedAt) {
    return parentAgreedPage(setting, { ...page, agreedAt: guardian.confirmedAt, fresh: done === 'agreed' });
  }
  if (submission.status !== 'pending' || submission.expiresAt <= services.now()) return nothingToConfirmPage(setting, token);
  return askParentPage(setting, page);
}

function submissionOf(services: Services, token: string): string | undefined {
  const read = readLinkToken(services.keys, 'parent', token, services.now());
  return typeof read === 'string' ? undefined : read.ids[0];
}

function isName(text: string): boolean {
  return !hasForbiddenCharacters(text) && text.isWellFormed() && [...text].length >= 2 && [...text].length <= 200;
}
