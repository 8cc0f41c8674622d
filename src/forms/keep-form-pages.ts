import { sql } from 'kysely';
import type { Transaction } from '#platform/database/connect.ts';
import { formatDay } from '#platform/html/format-date.ts';
import { stylesheet } from '#platform/html/stylesheet.ts';
import { languages } from '#src/languages/languages.ts';
import { findNoticeByHash } from '#src/notices/find-notice.ts';
import { keepPage } from '#src/notices/keep-page.ts';
import { findController } from '#src/register/controller.ts';
import { askPage } from './confirm-pages.ts';
import type { Submission } from './find-submission.ts';
import { PREFERENCES_FORM } from './form.ts';
import { formPage } from './pages.ts';
import { askParentPage } from './parent-pages.ts';
import { type Setting, settingOf } from './public-page.ts';
import { type FormVersion, findFormVersion } from './queries.ts';

/** A day no submission is of, found again in what was rendered and blanked. */
const ASKED = new Date('1901-01-01T12:00:00Z');
const UNTIL = new Date('1902-02-02T12:00:00Z');

/**
 * Keeps what a version of a form looks like, and its confirmation, in every language. Call it when the version comes into
 * use, and again whenever it may look otherwise (a new version of the program, of the stylesheet, of the footer).
 */
export async function keepFormPages(tx: Transaction, versionId: string): Promise<number> {
  const version = await findFormVersion(tx, versionId);
  const form = version && (await tx.selectFrom('form').select('slug').where('id', '=', version.formId).executeTakeFirst());
  if (!version || !form) return 0;
  let kept = 0;
  for (const language of languages) {
    const setting = await settingOf(tx, language);
    const page = { formVersionId: versionId, language, stylesheet: stylesheet.body };
    // The preference centre's form has no page of its own: it is filled in there.
    if (form.slug !== PREFERENCES_FORM) {
      const html = await formPage(setting, { slug: form.slug, version, token: '' }).text();
      kept += Number(await keepPage(tx, { ...page, surface: 'form', html }));
    }
    const notice = await findNoticeByHash(tx, version.noticeHashes[language]);
    const noticeAddress = notice ? `/notices/${notice.slug}/${notice.version}?lang=${language}` : '/notices';
    const shown = { token: '', submission: everythingTicked(setting, form.slug, version), email: '', noticeAddress };
    const confirmation = blankDates(await askPage(setting, shown).text(), setting);
    kept += Number(await keepPage(tx, { ...page, surface: 'confirmation', html: confirmation }));
    if (version.shown[language].age) {
      const parent = blankDates(await askParentPage(setting, shown).text(), setting);
      kept += Number(await keepPage(tx, { ...page, surface: 'parent', html: parent }));
    }
  }
  return kept;
}

/** Somebody who ticked every box; each stands by itself, so that others can be left out. */
function everythingTicked({ language }: Setting, formSlug: string, version: FormVersion): Submission {
  return {
    id: '',
    contactId: '',
    formSlug,
    version,
    language,
    status: 'pending',
    underAge: false,
    answers: {},
    evidence: {},
    boxes: version.shown[language].boxes.map((box) => ({
      purpose: box.purposeId,
      channel: box.channel as Submission['boxes'][number]['channel'],
      ticked: true,
    })),
    createdAt: ASKED,
    expiresAt: UNTIL,
    settledAt: null,
  };
}

function blankDates(html: string, { language, controller }: Setting): string {
  return html
    .replaceAll(formatDay(ASKED, language, controller.timeZone), '<time data-blank="asked"></time>')
    .replaceAll(formatDay(UNTIL, language, controller.timeZone), '<time data-blank="until"></time>');
}

/**
 * Keeps the pages of every version people can still see: the published ones, and those somebody has yet to confirm; and of
 * versions from before pages were kept, in what they said. Answers how many were new.
 */
export async function keepFormPagesInUse(tx: Transaction): Promise<number> {
  // Until there is a controller, pages speak for nobody.
  if (!(await findController(tx))) return 0;
  const { rows } = await sql<{ id: string }>`
    select id from form_version v
     where id in (select published_version_id from form where published_version_id is not null)
        or id in (select form_version_id from submission where status = 'pending' and expires_at > now())
        or not exists (select from kept_page p where p.form_version_id = v.id)
     order by id`.execute(tx);
  let kept = 0;
  for (const { id } of rows) kept += await keepFormPages(tx, id);
  return kept;
}
