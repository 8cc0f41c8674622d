import { createHash } from 'node:crypto';
import type { Transaction } from '#platform/database/connect.ts';
import type { Language } from '#src/languages/languages.ts';

/**
 * Keeps a text that people were shown elsewhere, in the one language they were shown it in, under its hash and a name made of
 * it. A text we have shown ourselves stays under its own name. Answers the hash.
 */
export async function recordForeignText(tx: Transaction, text: { body: string; language: Language }): Promise<string> {
  const hash = createHash('sha256').update(text.body, 'utf8').digest();
  await tx
    .insertInto('notice_text')
    .values({ hash, body: text.body })
    .onConflict((conflict) => conflict.column('hash').doNothing())
    .execute();
  const named = await tx.selectFrom('notice').select('slug').where('hash', '=', hash).executeTakeFirst();
  if (!named) {
    await tx
      .insertInto('notice')
      .values({ slug: `brought-${hash.toString('hex').slice(0, 24)}`, version: 1, language: text.language, hash })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  return hash.toString('hex');
}
