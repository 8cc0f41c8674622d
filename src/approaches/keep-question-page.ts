import { createHash } from 'node:crypto';
import type { Database, Transaction } from '#platform/database/connect.ts';
import { formatDay } from '#platform/html/format-date.ts';
import { stylesheet } from '#platform/html/stylesheet.ts';
import { settingOf } from '#src/forms/public-page.ts';
import type { Language } from '#src/languages/languages.ts';
import { keepPage } from '#src/notices/keep-page.ts';
import { getPurpose } from '#src/purposes/find-purpose.ts';
import type { Approach } from './approach.ts';
import { questionPage } from './pages.ts';
import { questionText } from './question-text.ts';

/** Days no consent is of, found again in what was rendered and blanked. */
const SINCE = new Date('1901-01-01T12:00:00Z');
const UNTIL = new Date('1902-02-02T12:00:00Z');

/**
 * The question as everybody is asked it, without what is one person's own: their address, their dates, the text they agreed to
 * before. Undefined until there is a controller.
 */
export async function renderQuestionPage(
  db: Database,
  question: Pick<Approach, 'cause' | 'purposeId' | 'channel'>,
  language: Language,
): Promise<string | undefined> {
  const purpose = await getPurpose(db, question.purposeId);
  const text = await questionText(db, purpose, language, question.channel);
  if (!text) return undefined;
  const setting = await settingOf(db, language);
  const approach: Approach = {
    id: '',
    contactId: '',
    contactPointId: '',
    purposeVersion: purpose.version,
    entryId: null,
    language,
    answer: null,
    settledAt: null,
    ...question,
    approachedAt: SINCE,
    answerUntil: UNTIL,
  };
  const page = { token: '', approach, purpose, preferences: '', email: ' ', text, oldText: undefined, since: SINCE };
  const html = await questionPage(setting, page).text();
  const { timeZone } = setting.controller;
  return html
    .replaceAll(formatDay(SINCE, language, timeZone), '<time data-blank="asked"></time>')
    .replaceAll(formatDay(UNTIL, language, timeZone), '<time data-blank="until"></time>');
}

/** Keeps the page a question was answered on, and answers the SHA-256 (hex) it is found by: there is one for each question. */
export async function keepQuestionPage(tx: Transaction, approach: Approach, language: Language): Promise<string | undefined> {
  const html = await renderQuestionPage(tx, approach, language);
  if (html === undefined) return undefined;
  await keepPage(tx, { surface: 'renewal', language, html, stylesheet: stylesheet.body });
  return createHash('sha256').update(html, 'utf8').digest('hex');
}
