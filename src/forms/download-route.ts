import { readLinkToken } from '#platform/crypto/link-token.ts';
import { definePage, type Page } from '#src/define-route.ts';
import { stalePage } from '#src/preferences/stale-page.ts';
import { findSubmission } from './find-submission.ts';
import { findFormFile } from './keep-form-file.ts';
import { languageOf, settingOf } from './public-page.ts';

/**
 * The file somebody asked for, behind the link in their message and never run in the browser. Whether they agreed to
 * anything is not asked: withdrawing a consent does not take away what was promised without one.
 */
export const downloadPage: Page = definePage({
  method: 'GET',
  path: '/download/:token',
  policy: 'public',
  async handle(call) {
    const read = readLinkToken(call.services.keys, 'download', call.params.token ?? '', call.services.now());
    const [submissionId] = typeof read === 'string' ? [] : read.ids;
    const submission = submissionId ? await findSubmission(call.db, submissionId) : undefined;
    const delivery = submission?.status === 'confirmed' ? submission.version.definition.magnet?.delivery : undefined;
    const file = delivery?.kind === 'file' ? await findFormFile(call.db, delivery.file) : undefined;
    if (!file) return stalePage(await settingOf(call.db, languageOf(call, submission?.language)));
    const plain = file.name.replace(/[^\w.-]/g, '_');
    return new Response(new Uint8Array(file.content), {
      headers: {
        'content-type': file.mediaType,
        'content-disposition': `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(file.name)}`,
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      },
    });
  },
});
