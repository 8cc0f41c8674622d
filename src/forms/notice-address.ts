import type { Database } from '#platform/database/connect.ts';
import type { Language } from '#src/languages/languages.ts';
import { findNoticeByHash } from '#src/notices/find-notice.ts';
import type { Submission } from './find-submission.ts';

/** Where the exact text a submission was shown can be read. */
export async function noticeAddress(db: Database, submission: Submission, language: Language): Promise<string> {
  const notice = await findNoticeByHash(db, submission.version.noticeHashes[language]);
  return notice ? `/notices/${notice.slug}/${notice.version}?lang=${language}` : '/notices';
}
