import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Transaction } from '#platform/database/connect.ts';
import type { Language } from '#src/languages/languages.ts';

/**
 * Keeps a text that was read out or stood on paper, in the one language it was in; the same text again is the same version.
 *
 * @returns SHA-256 of the UTF-8 text, hex
 */
export async function recordSpokenText(
  tx: Transaction,
  text: { readonly slug: string; readonly language: Language; readonly body: string },
): Promise<string> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`notice ${text.slug}`}, 0))`.execute(tx);
  const hash = createHash('sha256').update(text.body, 'utf8').digest();
  const known = await tx
    .selectFrom('notice')
    .select('version')
    .where('slug', '=', text.slug)
    .where('language', '=', text.language)
    .where('hash', '=', hash)
    .executeTakeFirst();
  if (known) return hash.toString('hex');

  await tx
    .insertInto('notice_text')
    .values({ hash, body: text.body })
    .onConflict((conflict) => conflict.column('hash').doNothing())
    .execute();
  await sql`insert into notice (slug, version, language, hash)
    select ${text.slug}, coalesce(max(version), 0) + 1, ${text.language}, ${hash}::bytea from notice where slug = ${text.slug}`.execute(
    tx,
  );
  return hash.toString('hex');
}
