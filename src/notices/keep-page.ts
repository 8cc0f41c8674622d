import { createHash } from 'node:crypto';
import type { Transaction } from '#platform/database/connect.ts';
import type { Language } from '#src/languages/languages.ts';

/** Pages on which people decide. */
export const surfaces = ['form', 'parent', 'confirmation', 'preferences', 'renewal'] as const;
export type Surface = (typeof surfaces)[number];

export interface PageInUse {
  readonly surface: Surface;
  /** Of what belongs to one version of a form. */
  readonly formVersionId?: string;
  readonly language: Language;
  /** Without anything of a person: what is typed, tokens and dates are blank. */
  readonly html: string;
  readonly stylesheet: string;
}

/**
 * Keeps the bytes of a page as people are shown it from now on, unless it looks as it did before. Never rendered again: the
 * next version of the program would render it otherwise. Answers whether it was new.
 */
export async function keepPage(tx: Transaction, page: PageInUse): Promise<boolean> {
  const parts = { html: partOf(page.html), stylesheet: partOf(page.stylesheet) };
  const last = await tx
    .selectFrom('kept_page')
    .select(['html_hash', 'stylesheet_hash'])
    .where('surface', '=', page.surface)
    .where('language', '=', page.language)
    .where('form_version_id', page.formVersionId ? '=' : 'is', page.formVersionId ?? null)
    .orderBy('kept_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (last?.html_hash.equals(parts.html.hash) && last.stylesheet_hash.equals(parts.stylesheet.hash)) return false;

  await tx
    .insertInto('kept_page_part')
    .values([parts.html, parts.stylesheet])
    .onConflict((conflict) => conflict.column('hash').doNothing())
    .execute();
  await tx
    .insertInto('kept_page')
    .values({
      surface: page.surface,
      form_version_id: page.formVersionId ?? null,
      language: page.language,
      html_hash: parts.html.hash,
      stylesheet_hash: parts.stylesheet.hash,
    })
    .execute();
  return true;
}

function partOf(body: string): { hash: Buffer; body: string } {
  return { hash: createHash('sha256').update(body, 'utf8').digest(), body };
}
