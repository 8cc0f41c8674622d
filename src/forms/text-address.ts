import type { Database } from '#platform/database/connect.ts';
import type { Language } from '#src/languages/languages.ts';
import { findNoticeByHash } from '#src/notices/find-notice.ts';
import type { FormVersion } from './queries.ts';

/** Where the exact text of this version is kept to be read, from the root. */
export async function textAddress(db: Database, version: Pick<FormVersion, 'noticeHashes'>, language: Language): Promise<string> {
  const notice = await findNoticeByHash(db, version.noticeHashes[language]);
  return notice ? `/notices/${notice.slug}/${notice.version}?lang=${language}` : '/notices';
}
