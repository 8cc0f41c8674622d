import { createHash } from 'node:crypto';
import type { Database, Transaction } from '#platform/database/connect.ts';
import { publicTexts } from '#src/forms/public-texts.ts';
import { purposeLines } from '#src/forms/show-form.ts';
import type { Language } from '#src/languages/languages.ts';
import { type RecordedNotice, recordNotice } from '#src/notices/record-notice.ts';
import type { Channel, Purpose } from '#src/purposes/purpose.ts';
import { type Controller, findController } from '#src/register/controller.ts';

/** What a question page says, in one language: the sentence that is agreed to, and what must be known to agree (Art. 13). */
export interface QuestionText {
  readonly statement: string;
  readonly lines: readonly string[];
  /** SHA-256 (hex) of the whole: what the page carries back, and what the ledger names. */
  readonly hash: string;
}

export async function questionText(
  db: Database,
  purpose: Purpose,
  language: Language,
  channel: Channel = 'email',
): Promise<QuestionText | undefined> {
  const controller = await findController(db);
  if (!controller) return undefined;
  const { statement, lines } = say(purpose, controller, language, channel);
  return { statement, lines, hash: createHash('sha256').update(asBody(statement, lines), 'utf8').digest('hex') };
}

/** Keeps the text that people are asked to agree to today, before or as they do. */
export async function recordQuestionText(tx: Transaction, purpose: Purpose, channel: Channel = 'email'): Promise<RecordedNotice> {
  const controller = await findController(tx);
  if (!controller) throw new Error('a question is asked by somebody');
  const body = (language: Language) => {
    const { statement, lines } = say(purpose, controller, language, channel);
    return asBody(statement, lines);
  };
  return recordNotice(tx, { slug: `question-${purpose.slug}-${channel}`, texts: { bg: body('bg'), en: body('en') } });
}

function say(purpose: Purpose, controller: Controller, language: Language, channel: Channel) {
  const texts = publicTexts[language];
  return {
    statement: texts.approach.statement[channel](controller.name, purpose.name[language]),
    lines: [
      texts.privacyNotice.controller(controller.name, controller.registrationNumber, controller.address),
      ...purposeLines(purpose, language),
      purpose.consentValidMonths === null
        ? texts.approach.untilWithdrawn
        : texts.approach.validFor(texts.privacyNotice.months(purpose.consentValidMonths)),
      texts.withdrawNote,
      texts.privacyNotice.complaint,
    ],
  };
}

function asBody(statement: string, lines: readonly string[]): string {
  return [statement, ...lines].join('\n\n');
}
