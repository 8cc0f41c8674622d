import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Transaction } from '#platform/database/connect.ts';
import { type Language, languages, type Texts } from '#src/languages/languages.ts';

export interface RecordedNotice {
  readonly slug: string;
  readonly version: number;
  /** SHA-256 of the UTF-8 text, hex, per language. */
  readonly hashes: Texts;
}

/**
 * Keeps the exact texts people are about to be shown, forever and under their hash. The same texts again are the same
 * version; any other byte is the next one.
 */
export async function recordNotice(tx: Transaction, notice: { slug: string; texts: Texts }): Promise<RecordedNotice> {
  // Two publications of one notice at the same time would both become "the next version".
  await sql`select pg_advisory_xact_lock(hashtextextended(${`notice ${notice.slug}`}, 0))`.execute(tx);

  const hashes = { bg: hashOf(notice.texts.bg), en: hashOf(notice.texts.en) };
  const newest = await tx
    .selectFrom('notice')
    .select(['version', 'language', 'hash'])
    .where('slug', '=', notice.slug)
    .orderBy('version', 'desc')
    .limit(languages.length)
    .execute();
  const latest = newest[0]?.version ?? 0;
  const isSame = (language: Language) =>
    newest.some((row) => row.version === latest && row.language === language && row.hash.toString('hex') === hashes[language]);
  if (languages.every(isSame)) return { slug: notice.slug, version: latest, hashes };

  await tx
    .insertInto('notice_text')
    .values(languages.map((language) => ({ hash: Buffer.from(hashes[language], 'hex'), body: notice.texts[language] })))
    .onConflict((conflict) => conflict.column('hash').doNothing())
    .execute();
  await tx
    .insertInto('notice')
    .values(
      languages.map((language) => ({
        slug: notice.slug,
        version: latest + 1,
        language,
        hash: Buffer.from(hashes[language], 'hex'),
      })),
    )
    .execute();
  return { slug: notice.slug, version: latest + 1, hashes };
}

function hashOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
