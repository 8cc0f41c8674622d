import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

export interface Mail extends ParsedMail {
  readonly recipients: readonly string[];
}

/** Everybody's mailbox: a mail server that reads what it is given and hands it to whoever waits for it. */
export interface Mailbox {
  readonly smtpUrl: string;
  readonly mails: readonly Mail[];
  /** The oldest message to this address that was not taken yet; waits for it as long as a person would. */
  take(address: string): Promise<Mail>;
  close(): Promise<void>;
}

export async function openMailbox(): Promise<Mailbox> {
  const mails: Mail[] = [];
  const taken = new Set<Mail>();
  const waiting = new Set<() => void>();

  const server = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    async onData(stream, session, done) {
      const parsed = await simpleParser(stream);
      mails.push({ ...parsed, recipients: session.envelope.rcptTo.map(({ address }) => address) });
      done();
      for (const look of waiting) look();
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;

  return {
    smtpUrl: `smtp://127.0.0.1:${port}`,
    mails,
    take: (address) =>
      new Promise((resolve, reject) => {
        const patience = setTimeout(() => {
          waiting.delete(look);
          const came = mails.map((one) => `${one.recipients.join()}: ${one.subject}`);
          reject(new Error(`no message to ${address} came; these did: ${came.join('; ')}`));
        }, 8000);
        const look = () => {
          const mail = mails.find((one) => !taken.has(one) && one.recipients.includes(address));
          if (!mail) return;
          taken.add(mail);
          waiting.delete(look);
          clearTimeout(patience);
          resolve(mail);
        };
        waiting.add(look);
        look();
      }),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Links of a message by the first part of their path: `confirm`, `p`, `u`, `why`, … */
export function linksOf(mail: Mail): Record<'confirm' | 'p' | 'u' | 'why' | 'parent' | 'download', string> {
  const links = [...(mail.text ?? '').matchAll(/https?:\/\/\S+/g)].map(([link]) => link);
  const byPath = Object.fromEntries(links.map((link) => [new URL(link).pathname.split('/')[1] ?? '', link]));
  return { confirm: '', p: '', u: '', why: '', parent: '', download: '', ...byPath };
}
