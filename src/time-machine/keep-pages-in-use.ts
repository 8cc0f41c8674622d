import { sql } from 'kysely';
import type { Transaction } from '#platform/database/connect.ts';
import { keepFormPagesInUse } from '#src/forms/keep-form-pages.ts';
import { keepPreferencesPage } from '#src/preferences/keep-preferences-page.ts';

/**
 * Keeps every page as this very program shows it: called before it shows any, so that what people see is kept from the first
 * moment of a new version on. Answers how many looked otherwise than before.
 */
export async function keepPagesInUse(tx: Transaction): Promise<number> {
  // Several machines start at once; one look is kept once.
  await sql`select pg_advisory_xact_lock(hashtextextended('pages in use', 0))`.execute(tx);
  return (await keepFormPagesInUse(tx)) + (await keepPreferencesPage(tx));
}
