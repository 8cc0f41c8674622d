import type { Database } from '#platform/database/connect.ts';
import type { Language } from '#src/languages/languages.ts';

export interface Notice {
  readonly slug: string;
  readonly version: number;
  readonly language: Language;
  /** SHA-256 of the body, hex. */
  readonly hash: string;
  readonly body: string;
  readonly recordedAt: Date;
}

/** The exact text of a version, in the language it was shown in. */
export async function findNotice(db: Database, slug: string, version: number, language: Language): Promise<Notice | undefined> {
  const row = await notices(db)
    .where('notice.slug', '=', slug)
    .where('notice.version', '=', version)
    .where('notice.language', '=', language)
    .executeTakeFirst();
  return row && noticeOf(row);
}

/** Where a hash was first used; two versions may share a text in one language. */
export async function findNoticeByHash(db: Database, hash: string): Promise<Notice | undefined> {
  const row = await notices(db).where('notice.hash', '=', Buffer.from(hash, 'hex')).orderBy('notice.version').executeTakeFirst();
  return row && noticeOf(row);
}

/** What a notice says since it was last changed. */
export async function findNewestNotice(db: Database, slug: string, language: Language): Promise<Notice | undefined> {
  const row = await notices(db)
    .where('notice.slug', '=', slug)
    .where('notice.language', '=', language)
    .orderBy('notice.version', 'desc')
    .executeTakeFirst();
  return row && noticeOf(row);
}

function notices(db: Database) {
  return db
    .selectFrom('notice')
    .innerJoin('notice_text', 'notice_text.hash', 'notice.hash')
    .select(['notice.slug', 'notice.version', 'notice.language', 'notice.hash', 'notice_text.body', 'notice.recorded_at']);
}

function noticeOf(row: {
  slug: string;
  version: number;
  language: string;
  hash: Buffer;
  body: string;
  recorded_at: Date;
}): Notice {
  return {
    slug: row.slug,
    version: row.version,
    language: row.language as Language,
    hash: row.hash.toString('hex'),
    body: row.body,
    recordedAt: row.recorded_at,
  };
}
