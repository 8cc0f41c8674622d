import { html } from 'hono/html';
import { createLinkToken } from '#platform/crypto/link-token.ts';
import type { Database } from '#platform/database/connect.ts';
import { formatDay } from '#platform/html/format-date.ts';
import { headerText, mailAddress } from '#platform/mail/mail-address.ts';
import type { OutgoingMessage } from '#platform/mail/mailer.ts';
import { findSubmission, tickedBoxes } from '#src/forms/find-submission.ts';
import { mailTexts as bg } from '#src/languages/bg/mail.ts';
import { mailTexts as en, type MailTexts } from '#src/languages/en/mail.ts';
import type { Language } from '#src/languages/languages.ts';
import { preferencesAddress, unsubscribeAddress, whyAddress } from '#src/preferences/links.ts';
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
  };
  const letter = await writeLetter(services, db, delivery, texts, controller, links);
  if (!letter) return undefined;

  const sender = mailAddress(services.config.mailFrom ?? controller.email);
  const isMarketing = delivery.template === 'subscription-confirmed';
  const used = Object.entries(links).filter(
    ([, href]) => href !== '' && [letter.action, ...letter.footer].some((link) => link?.href === href),
  );
  return {
    from: { name: headerText(controller.name), address: sender },
    to: mailAddress(delivery.to),
    subject: headerText(letter.subject),
    text: asText(letter, texts, controller),
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

async function writeLetter(
  services: Services,
  db: Database,
  delivery: DeliveryToRender,
  texts: MailTexts,
  controller: Controller,
  links: { preferences: string; why: string; unsubscribe: string; confirm: string },
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

  const submission = await findSubmission(db, delivery.parameters.submission ?? '');
  if (!submission) return undefined;
  const quotes = tickedBoxes(submission, language).map((box) => box.label);
  if (delivery.template === 'confirm-consent') {
    const words = texts.confirmConsent;
    return {
      subject: words.subject,
      paragraphs: [words.asked(day(submission.createdAt))],
      quotes,
      closing: [words.instruction, words.until(day(submission.expiresAt))],
      action: { label: words.link, href: links.confirm },
      footer: [why],
    };
  }
  const words = texts.subscriptionConfirmed;
  return {
    subject: words.subject,
    paragraphs: [words.text(day(submission.settledAt ?? submission.createdAt))],
    quotes,
    closing: [words.keep],
    footer: [
      ...(await receiptsOf(services, db, delivery, submission.id)),
      { label: texts.footer.preferences, href: links.preferences },
      { label: texts.footer.unsubscribe, href: links.unsubscribe },
      why,
    ],
  };
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

function asText(letter: Letter, texts: MailTexts, controller: Controller): string {
  return [
    texts.greeting,
    ...letter.paragraphs,
    ...letter.quotes.map((quote) => `  • ${quote}`),
    ...letter.closing,
    ...(letter.action ? [asLine(letter.action)] : []),
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
<hr style="border:0;border-top:1px solid #8a94a6;margin:24px 0 12px">
<p style="font-size:14px">${texts.footer.sender(controller.name, controller.address)}</p>
${letter.footer.map((link) => html`<p style="font-size:14px"><a href="${link.href}">${link.label}</a></p>`)}
<p style="font-size:14px">${texts.footer.noTracking}</p>
</div></body></html>
`;
  return body.toString();
}
