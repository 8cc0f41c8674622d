import { sql } from 'kysely';
import type { Database } from '#platform/database/connect.ts';
import type { Language } from '#src/languages/languages.ts';
import type { Surface } from './keep-page.ts';

export interface KeptPage {
  readonly html: string;
  readonly stylesheet: string;
  /** SHA-256, hex. */
  readonly htmlHash: string;
  readonly stylesheetHash: string;
  readonly keptAt: Date;
  /** Kept only after the moment asked for: made from the recorded words by a later version of the program. */
  readonly isReconstructed: boolean;
}

export interface PageOf {
  readonly surface: Surface;
  readonly language: Language;
  readonly formVersionId: string | undefined;
  /** SHA-256 (hex) of the page, where several are in use at a time. */
  readonly htmlHash?: string | undefined;
}

/**
 * The page as it looked at a moment: the newest kept by then. Where none was, the first one kept afterwards, marked: the
 * words are the recorded ones, the look around them is a later one.
 */
export async function findKeptPage(db: Database, page: PageOf, at: Date): Promise<KeptPage | undefined> {
  const { rows } = await sql<{ html: string; stylesheet: string; html_hash: Buffer; stylesheet_hash: Buffer; kept_at: Date }>`
    select h.body as html, s.body as stylesheet, p.html_hash, p.stylesheet_hash, p.kept_at
      from kept_page p join kept_page_part h on h.hash = p.html_hash join kept_page_part s on s.hash = p.stylesheet_hash
     where p.surface = ${page.surface} and p.language = ${page.language}
       and p.form_version_id is not distinct from ${page.formVersionId ?? null}::uuid
       and (${page.htmlHash ?? null}::text is null or p.html_hash = decode(${page.htmlHash ?? null}, 'hex'))
     order by p.kept_at <= ${at} desc, case when p.kept_at <= ${at} then p.kept_at end desc, p.kept_at, p.id limit 1`.execute(db);
  const row = rows[0];
  return (
    row && {
      html: row.html,
      stylesheet: row.stylesheet,
      htmlHash: row.html_hash.toString('hex'),
      stylesheetHash: row.stylesheet_hash.toString('hex'),
      keptAt: row.kept_at,
      isReconstructed: row.kept_at > at,
    }
  );
}
