import { formatDay, formatMoment } from '#platform/html/format-date.ts';
import { publicTexts } from '#src/forms/public-texts.ts';
import type { Language } from '#src/languages/languages.ts';
import type { ReceiptFacts } from './find-receipt.ts';
import { receiptTexts } from './receipt-texts.ts';

/** A receipt in words: the same on the page, in the file that checks itself, and on paper. */
export interface SaidReceipt {
  readonly title: string;
  readonly lead: string;
  readonly lines: readonly SaidLine[];
}

export interface SaidLine {
  readonly term: string;
  readonly text: string;
}

export function sayReceipt(facts: ReceiptFacts, language: Language): SaidReceipt {
  const { entry, purpose, notice, controller, publicUrl, proof } = facts;
  const words = receiptTexts[language];
  const { privacyNotice } = publicTexts[language];
  const { terms } = words;
  const moment = (at: Date) => formatMoment(at, language, controller.timeZone);
  const act = words.acts[entry.kind];
  const lines: (SaidLine | undefined | false)[] = [
    { term: terms.act, text: act },
    purpose
      ? { term: terms.purpose, text: `${purpose.name[language]}. ${purpose.explanation[language]}` }
      : { term: terms.purpose, text: words.everyPurpose },
    { term: terms.channel, text: entry.channel ? words.channels[entry.channel] : words.everyChannel },
    { term: terms.when, text: `${moment(entry.occurredAt)} (${entry.occurredAt.toISOString()})` },
    { term: terms.how, text: wordFor(words.methods, entry.method) },
    entry.until && { term: terms.until, text: formatDay(entry.until, language, controller.timeZone) },
    {
      term: terms.controller,
      text: privacyNotice.controller(controller.name, controller.registrationNumber, controller.address),
    },
    controller.dpoName !== null &&
      controller.dpoEmail !== null && { term: terms.officer, text: `${controller.dpoName}, ${controller.dpoEmail}` },
    purpose && { term: terms.legalBasis, text: privacyNotice.basis[purpose.legalBasis] },
    purpose && { term: terms.data, text: purpose.dataCategories.map((category) => wordFor(words.data, category)).join(', ') },
    purpose && {
      term: terms.recipients,
      text:
        purpose.recipients.length > 0
          ? privacyNotice.recipients(
              purpose.recipients.map(({ name, role, country }) => `${name} (${role}, ${country})`).join('; '),
            )
          : privacyNotice.noRecipients,
    },
    purpose && {
      term: terms.retention,
      text: privacyNotice.retention[purpose.retention.starts](
        purpose.retention.months > 0 ? privacyNotice.months(purpose.retention.months) : undefined,
      ),
    },
    { term: terms.withdraw, text: words.withdraw(`${publicUrl}/p`) },
    { term: terms.rights, text: privacyNotice.rights },
    { term: terms.complaint, text: privacyNotice.complaint },
    notice && { term: terms.text, text: `${publicUrl}/notices/${notice.slug}/${notice.version}?lang=${notice.language}` },
    entry.noticeHash !== undefined && { term: terms.textHash, text: entry.noticeHash },
    { term: terms.number, text: entry.id },
    proof !== undefined &&
      proof !== 'damaged' && {
        term: terms.log,
        text: `${words.inLog(proof.position + 1, proof.size)}, ${words.signedAt(moment(proof.checkpointSignedAt))}`,
      },
  ];
  return {
    title: act,
    lead: words.lead(act, moment(entry.occurredAt)),
    lines: lines.filter((line) => line !== undefined && line !== false),
  };
}

/** The word for a code, or the code itself where a newer part of the program made one this dictionary does not have. */
function wordFor(words: Readonly<Record<string, string>>, code: string): string {
  return words[code] ?? code;
}
