import { createTransport } from 'nodemailer';
import type SMTPPool from 'nodemailer/lib/smtp-pool/index.js';
import type { HeaderText, MailAddress } from './mail-address.ts';

/** One message to one address. */
export interface OutgoingMessage {
  readonly from: { readonly name: HeaderText; readonly address: MailAddress };
  readonly to: MailAddress;
  readonly subject: HeaderText;
  readonly text: string;
  readonly html: string;
  /** Without angle brackets; the same at every attempt, so that a repetition can be recognised. */
  readonly messageId: HeaderText;
  readonly headers: Readonly<Record<string, HeaderText>>;
  readonly date: Date;
}

/**
 * What became of handing a message over. `unknown`: the server may or may not have taken it, and only the sender of the
 * message can say whether twice is worse than never.
 */
export type HandOver =
  | { readonly outcome: 'accepted' }
  | { readonly outcome: 'refused'; readonly permanent: boolean; readonly code: string }
  | { readonly outcome: 'unknown'; readonly code: string };

export interface Mailer {
  handOver(message: OutgoingMessage): Promise<HandOver>;
  close(): void;
}

/** Hands messages to the mail server behind `smtpUrl`, over a few connections that are kept open. */
export function createMailer(smtpUrl: string): Mailer {
  const transport = createTransport({
    url: smtpUrl,
    pool: true,
    maxConnections: 4,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    // The longest one message may be under way; a withdrawal that finds it still under way says so.
    socketTimeout: 30_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  } satisfies SMTPPool.Options);

  return {
    async handOver(message) {
      try {
        await transport.sendMail({
          from: message.from,
          to: { name: '', address: message.to },
          envelope: { from: message.from.address, to: [message.to] },
          subject: message.subject,
          text: message.text,
          html: message.html,
          messageId: `<${message.messageId}>`,
          date: message.date,
          headers: { 'Auto-Submitted': 'auto-generated', ...message.headers },
          textEncoding: 'base64',
        });
        return { outcome: 'accepted' };
      } catch (cause) {
        return explain(cause);
      }
    },
    close: () => transport.close(),
  };
}

interface SmtpError {
  readonly responseCode?: number;
  readonly code?: string;
  readonly command?: string;
  readonly syscall?: string;
}

/** Reads a failure as a code: what servers say often quotes the address, so none of it is kept. */
function explain(cause: unknown): HandOver {
  const { responseCode, code, command, syscall } = cause as SmtpError;
  if (responseCode !== undefined) {
    // A refused greeting or sign-in says nothing about this recipient: it is our set-up that is wrong, and may be mended.
    const aboutMessage = /^(MAIL FROM|RCPT TO|DATA)$/.test(command ?? '') || code === 'EENVELOPE' || code === 'EMESSAGE';
    return {
      outcome: 'refused',
      permanent: aboutMessage && responseCode >= 500,
      code: `smtp-${responseCode}${aboutMessage ? '' : '-session'}`,
    };
  }
  if (code === 'EENVELOPE') return { outcome: 'refused', permanent: true, code: 'envelope' };
  if (
    syscall === 'connect' ||
    code === 'EDNS' ||
    code === 'ETLS' ||
    code === 'EAUTH' ||
    (code === 'ETIMEDOUT' && command === 'CONN' && !syscall)
  ) {
    return { outcome: 'refused', permanent: false, code: 'connection' };
  }
  return { outcome: 'unknown', code: /^[A-Z0-9]{2,20}$/.test(code ?? '') ? String(code).toLowerCase() : 'failure' };
}
