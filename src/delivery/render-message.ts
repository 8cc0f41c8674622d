import { html } from 'hono/html';
import { createLinkToken } from '#platform/crypto/link-token.ts';
import type { Database } from '#platform/database/connect.ts';
import { formatDay } from '#platform/html/format-date.ts';
import { headerText, mailAddress } from '#platform/mail/mail-address.ts';
import type { OutgoingMessage } from '#platform/mail/mailer.ts';
import { findApproach } from '#src/approaches/find-approach.ts';
import { approachAddress } from '#src/approaches/links.ts';
import { questionText } from '#src/approaches/question-text.ts';
import { findPrimaryEmail } from '#src/contacts/find-primary-email.ts';
import { findSubmission, type Submission, tickedBoxes } from '#src/forms/find-submission.ts';
import { maskAddress } from '#src/forms/public-page.ts';
import { COMPANY } from '#src/forms/show-form.ts';
import { composeNotice } from '#src/information-duty/compose-notice.ts';
import { tellingTexts } from '#src/information-duty/telling-texts.ts';
import { mailTexts as bg } from '#src/languages/bg/mail.ts';
import { mailTexts as en, type MailTexts } from '#src/languages/en/mail.ts';
import type { Language } from '#src/languages/languages.ts';
import { findEntry } from '#src/ledger/find-entry.ts';
import { findNoticeByHash } from '#src/notices/find-notice.ts';
import {
  addressConfirmation,
  newAddressPage,
  preferencesAddress,
  unsubscribeAddress,
  whyAddress,
} from '#src/preferences/links.ts';
import { findPurpose } from '#src/purposes/find-purpose.ts';
import { listReceiptsOf } from '#src/receipts/list-receipts.ts';
import { receiptTexts } from '#src/receipts/receipt-texts.ts';
import { type Controller, findController } from '#src/register/controller.ts';
import type { Services } from '#src/services.ts';
import { isTemplate } from './templates.ts';

const mailTexts: { readonly [L in Language]: MailTexts } = { bg, en };

/** What a message is made from: ids, never texts. */
export interface DeliveryToRender {
  readonly id: string;
  readonly contactId: string;
  readonly purposeId: string;
  readonly template: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly language: Language;
  readonly to: string;
  readonly createdAt: Date;
  /** Hex. Of the notice it was let go with; without one it reads as it would if it left now. */
  readonly noticeHash?: string | undefined;
}

/** A message as it would leave now, with the links in it by what they do. */
export interface RenderedMessage extends OutgoingMessage {
  readonly links: Readonly<Record<string, string>>;
}

/** Words of a message before they become text and HTML. */
interface Letter {
  readonly subject: string;
  readonly paragraphs: readonly string[];
  readonly quotes: readonly string[];
  readonly closing: readonly string[];
  readonly action?: { readonly label: string; readonly href: string };
  readonly footer: readonly { readonly label: string; readonly href: string }[];
  /** Where the person's data came from, said with the first message to them (Art. 14). */
  readonly notice?: readonly string[] | undefined;
}

/**
 * The message of a delivery, in the person's language, without images, tracking or anything a stranger typed. Undefined
 * when what it tells about is gone.
 */
export async function renderMessage(
  services: Services,
  db: Database,
  delivery: DeliveryToRender,
): Promise<RenderedMessage | undefined> {
  const controller = await findController(db);
  if (!controller || !isTemplate(delivery.template)) return undefined;
  const texts = mailTexts[delivery.language];
  const absolute = (path: string) => services.config.publicUrl + path;
  const links = {
    preferences: absolute(preferencesAddress(services, delivery.contactId)),
    why: absolute(whyAddress(services, delivery.id)),
    unsubscribe: absolute(unsubscribeAddress(services, delivery)),
    confirm: delivery.parameters.submission
      ? absolute(`/confirm/${createLinkToken(services.keys, { kind: 'confirm', ids: [delivery.parameters.submission] })}`)
      : '',
    answer: delivery.parameters.approach ? absolute(approachAddress(services, delivery.parameters.approach)) : '',
    address: delivery.parameters.point ? absolute(addressConfirmation(services, delivery.parameters.point)) : '',
    newAddress: delivery.template === 'change-address' ? absolute(newAddressPage(services, delivery.contactId)) : '',
    notices: absolute(`/notices?lang=${delivery.language}`),
    parent: delivery.parameters.submission
      ? absolute(`/parent/${createLinkToken(services.keys, { kind: 'parent', ids: [delivery.parameters.submission] })}`)
      : '',
    download: delivery.parameters.submission
      ? absolute(
          `/download/${createLinkToken(services.keys, {
            kind: 'download',
            ids: [delivery.parameters.submission],
            expiresAt: downloadableUntil(delivery.createdAt),
          })}`,
        )
      : '',
  };
  const written = await writeLetter(services, db, delivery, texts, controller, links);
  if (!written) return undefined;
  const letter: Letter = { ...written, notice: await noticeIn(db, delivery) };
  if (delivery.template === 'tell-source' && !letter.notice) return undefined;

  const sender = mailAddress(services.config.mailFrom ?? controller.email);
  const isMarketing = ['subscription-confirmed', 'renew-consent', 'ask-permission'].includes(delivery.template);
  const used = Object.entries(links).filter(
    ([, href]) => href !== '' && [letter.action, ...letter.footer].some((link) => link?.href === href),
  );
  return {
    from: { name: headerText(controller.name), address: sender },
    to: mailAddress(delivery.to),
    subject: headerText(letter.subject),
    text: asText(letter, texts, controller, delivery.language),
    html: asHtml(letter, texts, controller, delivery.language),
    messageId: headerText(`${delivery.id}@${sender.slice(sender.lastIndexOf('@') + 1)}`),
    headers: isMarketing
      ? {
          // RFC 8058: one HTTPS address that unsubscribes by POST, without cookie or question.
          'List-Unsubscribe': headerText(`<${links.unsubscribe}>`),
          'List-Unsubscribe-Post': headerText('List-Unsubscribe=One-Click'),
        }
      : {},
    date: delivery.createdAt,
    links: Object.fromEntries(used),
  };
}

interface Links {
  readonly preferences: string;
  readonly why: string;
  readonly unsubscribe: string;
  readonly confirm: string;
  readonly parent: string;
  readonly download: string;
  readonly answer: string;
  readonly address: string;
  readonly newAddress: string;
  readonly notices: string;
}

/** How long what was asked for can be fetched with the link in the message. */
const DAYS_TO_DOWNLOAD = 30;

function downloadableUntil(sentAt: Date): Date {
  return new Date(sentAt.getTime() + DAYS_TO_DOWNLOAD * 86_400_000);
}

async function writeLetter(
  services: Services,
  db: Database,
  delivery: DeliveryToRender,
  texts: MailTexts,
  controller: Controller,
  links: Links,
): Promise<Letter | undefined> {
  const { language } = delivery;
  const day = (at: Date) => formatDay(at, language, controller.timeZone);
  const why = { label: texts.footer.why, href: links.why };

  if (delivery.template === 'preferences-link') {
    const words = texts.preferencesLink;
    return {
      subject: words.subject,
      paragraphs: [words.text],
      quotes: [],
      closing: [],
      action: { label: words.link, href: links.preferences },
      footer: [why],
    };
  }

  if (delivery.template === 'change-address') {
    const words = texts.changeAddress;
    return {
      subject: words.subject,
      paragraphs: [words.text],
      quotes: [],
      closing: [words.instruction],
      action: { label: words.link, href: links.newAddress },
      footer: [why],
    };
  }
  if (delivery.template === 'confirm-address') {
    const words = texts.confirmAddress;
    return {
      subject: words.subject,
      paragraphs: [words.text],
      quotes: [],
      closing: [words.instruction],
      action: { label: words.link, href: links.address },
      footer: [why],
    };
  }
  if (delivery.template === 'tell-source') {
    const words = tellingTexts[language];
    return {
      subject: words.subject,
      paragraphs: [words.intro],
      quotes: [],
      closing: [],
      footer: [{ label: texts.footer.preferences, href: links.preferences }, why],
    };
  }
  if (delivery.parameters.approach) return writeApproach(db, delivery, texts, day, links);
  if (delivery.template === 'consent-recorded') return writeRecorded(db, delivery, texts, day, links);

  const submission = delivery.parameters.submission ? await findSubmission(db, delivery.parameters.submission) : undefined;
  if (!submission) return undefined;
  if (delivery.template === 'confirm-consent') return confirmationLetter(submission, language, controller, links);
  const quotes = quotesOf(submission, language);
  if (delivery.template === 'confirm-for-child') {
    const words = texts.confirmForChild;
    const child = await findPrimaryEmail(db, submission.contactId);
    const years = submission.version.shown[language].age?.years ?? 0;
    return {
      subject: words.subject,
      // Masked: that it is their child's the parent recognises, and whoever else got this by mistake learns no address.
      paragraphs: [words.asked(day(submission.createdAt), maskAddress(child?.address ?? ''), years)],
      quotes,
      closing: [words.instruction, words.source(day(submission.expiresAt))],
      action: { label: words.link, href: links.parent },
      footer: [why],
    };
  }
  if (delivery.template === 'requested-information') {
    const words = texts.requestedInformation;
    const delivered = submission.version.definition.magnet?.delivery;
    const magnet = submission.version.shown[language].magnet;
    if (!magnet || !delivered) return undefined;
    return {
      subject: words.subject,
      paragraphs: [words.text(day(submission.createdAt))],
      quotes: [magnet.label],
      closing: [words.once, ...(delivered.kind === 'file' ? [words.until(day(downloadableUntil(delivery.createdAt)))] : [])],
      action: { label: words.link, href: delivered.kind === 'file' ? links.download : delivered.url },
      footer: [why],
    };
  }
  const words = texts.subscriptionConfirmed;
  return {
    subject: words.subject,
    paragraphs: [words.text(day(submission.settledAt ?? submission.createdAt))],
    quotes: tickedBoxes(submission, language).map((box) => box.label),
    closing: [words.keep],
    footer: [
      ...(await receiptsOf(services, db, delivery, submission.id)),
      { label: texts.footer.preferences, href: links.preferences },
      { label: texts.footer.unsubscribe, href: links.unsubscribe },
      why,
    ],
  };
}

/** The notice a message left with, or would leave with now. */
async function noticeIn(db: Database, delivery: DeliveryToRender): Promise<readonly string[] | undefined> {
  if (delivery.noticeHash) return (await findNoticeByHash(db, delivery.noticeHash))?.body.split('\n\n');
  return (await composeNotice(db, delivery.contactId))?.texts[delivery.language];
}

/** A question of ours, or news of a change. */
async function writeApproach(
  db: Database,
  delivery: DeliveryToRender,
  texts: MailTexts,
  day: (at: Date) => string,
  links: Links,
): Promise<Letter | undefined> {
  const approach = await findApproach(db, delivery.parameters.approach ?? '');
  const purpose = approach && (await findPurpose(db, approach.purposeId));
  const text = purpose && (await questionText(db, purpose, delivery.language, approach.channel));
  if (!approach || !purpose || !text) return undefined;
  const name = purpose.name[delivery.language];
  const why = { label: texts.footer.why, href: links.why };
  const preferences = { label: texts.footer.preferences, href: links.preferences };
  if (delivery.template === 'purpose-changed') {
    const words = texts.purposeChanged;
    return {
      subject: words.subject(name),
      paragraphs: [words.text],
      quotes: text.lines,
      closing: [words.rights],
      action: { label: words.notice, href: links.notices },
      footer: [preferences, why],
    };
  }
  const entry = approach.entryId ? await findEntry(db, approach.entryId) : undefined;
  if (!entry || !approach.answerUntil) return undefined;
  const given = day(entry.occurredAt);
  const question = { quotes: [text.statement], action: links.answer };
  const says = {
    'renew-consent': { ...texts.renewConsent, paragraph: texts.renewConsent.text(given, day(approach.answerUntil)) },
    'ask-again': { ...texts.askAgain, paragraph: texts.askAgain.text(given) },
    'confirm-spoken': { ...texts.confirmSpoken, paragraph: texts.confirmSpoken.text(given) },
    'ask-permission': { ...texts.askPermission, paragraph: texts.askPermission.text(day(approach.answerUntil)) },
  }[delivery.template as 'renew-consent' | 'ask-again' | 'confirm-spoken' | 'ask-permission'];
  return {
    subject: says.subject(name),
    paragraphs: [says.paragraph],
    quotes: question.quotes,
    closing: [says.instruction],
    action: { label: says.link, href: question.action },
    footer:
      delivery.template === 'renew-consent' || delivery.template === 'ask-permission'
        ? [preferences, { label: texts.footer.unsubscribe, href: links.unsubscribe }, why]
        : [preferences, why],
  };
}

/** What a colleague wrote down, told to the person with the way to take it back. */
async function writeRecorded(
  db: Database,
  delivery: DeliveryToRender,
  texts: MailTexts,
  day: (at: Date) => string,
  links: Links,
): Promise<Letter | undefined> {
  const entry = await findEntry(db, delivery.parameters.entry ?? '');
  const purpose = entry?.purpose && (await findPurpose(db, entry.purpose.id));
  const text = entry?.noticeHash ? await findNoticeByHash(db, entry.noticeHash) : undefined;
  if (!entry || !purpose || !text) return undefined;
  const words = texts.consentRecorded;
  const how = words.how[entry.method as keyof typeof words.how] ?? '';
  return {
    subject: words.subject(purpose.name[delivery.language]),
    paragraphs: [words.text(day(entry.occurredAt), how)],
    quotes: text.body.split('\n').filter((line) => line.trim() !== ''),
    closing: [words.withdraw],
    footer: [
      { label: texts.footer.preferences, href: links.preferences },
      { label: texts.footer.why, href: links.why },
    ],
  };
}

/**
 * The message that asks for confirmation. Its subject and first words may be the authors'; what was asked for, how to answer
 * and until when is said in any case, and nothing that somebody typed.
 */
function confirmationLetter(
  submission: Submission,
  language: Language,
  controller: Controller,
  links: Pick<Links, 'why' | 'confirm'>,
): Letter {
  const texts = mailTexts[language];
  const day = (at: Date) => formatDay(at, language, controller.timeZone);
  const { mail, magnet } = submission.version.definition;
  const say = (text: { readonly [L in Language]: string }) => text[language].replaceAll(COMPANY, controller.name);
  const usual = magnet ? texts.confirmRequest : texts.confirmConsent;
  return {
    subject: mail ? say(mail.subject) : usual.subject,
    paragraphs: [...(mail ? [say(mail.text)] : []), usual.asked(day(submission.createdAt))],
    quotes: quotesOf(submission, language),
    closing: [texts.confirmConsent.instruction, texts.confirmConsent.until(day(submission.expiresAt))],
    action: { label: texts.confirmConsent.link, href: links.confirm },
    footer: [{ label: texts.footer.why, href: links.why }],
  };
}

/** The confirmation message of a submission as HTML, with links that lead nowhere: how it would look. */
export function previewConfirmation(submission: Submission, language: Language, controller: Controller): string {
  const letter = confirmationLetter(submission, language, controller, { why: '#', confirm: '#' });
  return asHtml(letter, mailTexts[language], controller, language);
}

function quotesOf(submission: Submission, language: Language): string[] {
  const { magnet } = submission.version.shown[language];
  return [...(magnet ? [magnet.label] : []), ...tickedBoxes(submission, language).map((box) => box.label)];
}

/** The proof of what was just agreed to, for whoever agreed to keep. */
async function receiptsOf(services: Services, db: Database, { contactId, language }: DeliveryToRender, submission: string) {
  const words = receiptTexts[language];
  const receipts = await listReceiptsOf(services, db, contactId);
  return receipts
    .filter(({ submissionId, kind }) => submissionId === submission && (kind === 'consent-given' || kind === 'consent-renewed'))
    .reverse()
    .map(({ kind, purposeName, address }) => ({
      label: words.page.receiptOf(words.acts[kind], purposeName?.[language] ?? ''),
      href: services.config.publicUrl + address,
    }));
}

function asText(letter: Letter, texts: MailTexts, controller: Controller, language: Language): string {
  return [
    texts.greeting,
    ...letter.paragraphs,
    ...letter.quotes.map((quote) => `  • ${quote}`),
    ...letter.closing,
    ...(letter.action ? [asLine(letter.action)] : []),
    ...(letter.notice ? [tellingTexts[language].heading, ...letter.notice] : []),
    '-- ',
    texts.footer.sender(controller.name, controller.address),
    ...letter.footer.map(asLine),
    texts.footer.noTracking,
    '',
  ].join('\n\n');
}

/** A label and, on a line of its own so that no program breaks it, the address. */
function asLine(link: { readonly label: string; readonly href: string }): string {
  return `${link.label}${link.label.endsWith('?') ? '' : ':'}\n${link.href}`;
}

function asHtml(letter: Letter, texts: MailTexts, controller: Controller, language: Language): string {
  const body = html`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${letter.subject}</title></head>
<body style="margin:0;padding:16px;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif">
<div style="max-width:36em;margin:0 auto">
<p>${texts.greeting}</p>
${letter.paragraphs.map((paragraph) => html`<p>${paragraph}</p>`)}
${letter.quotes.map((quote) => html`<p style="margin:0 0 12px;padding-left:12px;border-left:4px solid #8a94a6">${quote}</p>`)}
${letter.closing.map((paragraph) => html`<p>${paragraph}</p>`)}
${
  letter.action
    ? html`<p><a href="${letter.action.href}" style="display:inline-block;padding:12px 20px;border:2px solid #0b4ea2;border-radius:6px;font-weight:bold">${letter.action.label}</a></p>
<p style="font-size:14px;word-break:break-all">${letter.action.href}</p>`
    : ''
}
${
  letter.notice
    ? html`<h2 style="font-size:18px;margin:24px 0 8px">${tellingTexts[language].heading}</h2>${letter.notice.map((line) => html`<p>${line}</p>`)}`
    : ''
}
<hr style="border:0;border-top:1px solid #8a94a6;margin:24px 0 12px">
<p style="font-size:14px">${texts.footer.sender(controller.name, controller.address)}</p>
${letter.footer.map((link) => html`<p style="font-size:14px"><a href="${link.href}">${link.label}</a></p>`)}
<p style="font-size:14px">${texts.footer.noTracking}</p>
</div></body></html>
`;
  return body.toString();
}
