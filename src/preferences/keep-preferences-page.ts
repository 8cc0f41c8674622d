import type { Transaction } from '#platform/database/connect.ts';
import { stylesheet } from '#platform/html/stylesheet.ts';
import { settingOf } from '#src/forms/public-page.ts';
import { type Language, languages } from '#src/languages/languages.ts';
import { keepPage } from '#src/notices/keep-page.ts';
import type { Permission } from '#src/permission/permissions-of.ts';
import { listPurposes } from '#src/purposes/find-purpose.ts';
import { findController } from '#src/register/controller.ts';
import { preferencesPage } from './pages.ts';

/**
 * Keeps what the preference centre looks like now, with every choice it can offer. What was ticked, and since when, is each
 * person's own and stays out. Answers how many pages were new.
 */
export async function keepPreferencesPage(tx: Transaction, only: readonly Language[] = languages): Promise<number> {
  if (!(await findController(tx))) return 0;
  const purposes = (await listPurposes(tx)).filter(
    (purpose) => !purpose.isSystem && (purpose.isMarketing || purpose.legalBasis === 'consent'),
  );
  const choices = purposes.flatMap((purpose) =>
    purpose.channels
      .filter((channel) => channel !== 'none')
      .map(
        (channel): Permission => ({
          purpose,
          channel,
          allowed: false,
          reason: 'consent-never-asked',
          legalBasis: null,
          permissionGround: null,
          since: null,
          until: null,
          entryId: null,
          notice: null,
          evidenceGrade: null,
        }),
      ),
  );
  let kept = 0;
  for (const language of only) {
    const html = await preferencesPage(await settingOf(tx, language), {
      token: '',
      email: ' ',
      choices,
      pending: new Map(),
      changes: undefined,
      inFlight: undefined,
      // What they have done so far is the person's own.
      history: [],
      isWholeHistory: true,
    }).text();
    // The state beside a choice is the person's own.
    const blank = html.replace(/(<p class="state soft" id="[^"]*">)[^<]*(<\/p>)/g, '$1<span data-blank="state"></span>$2');
    kept += Number(await keepPage(tx, { surface: 'preferences', language, html: blank, stylesheet: stylesheet.body }));
  }
  return kept;
}
