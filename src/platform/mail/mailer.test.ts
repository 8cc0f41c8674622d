import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { afterEach, describe, expect, test } from 'vitest';
import { headerText, mailAddress } from './mail-address.ts';
import { createMailer, type OutgoingMessage } from './mailer.ts';

const message: OutgoingMessage = {
  from: { name: headerText('Пример ЕООД, „София“'), address: mailAddress('office@example.bg') },
  to: mailAddress('ivan@example.com'),
  subject: headerText('Остава една стъпка: потвърдете абонамента си'),
  text: 'Здравейте,\n\nМария\n',
  html: '<p>Здравейте</p>',
  messageId: headerText('019ab1c0@example.bg'),
  headers: { 'List-Unsubscribe-Post': headerText('List-Unsubscribe=One-Click') },
  date: new Date('2026-11-23T10:00:00Z'),
};

const closing: (() => void)[] = [];
/** Command lines the scripted server was sent. */
const lines: string[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
  lines.length = 0;
});

/** A server that answers each command as told; a function may do anything to the connection. */
async function scripted(
  replies: Partial<Record<'greeting' | 'EHLO' | 'MAIL' | 'RCPT' | 'DATA' | 'dot', string | ((socket: Socket) => void)>>,
): Promise<string> {
  const server: Server = createServer((socket) => {
    let inData = false;
    const answer = (of: keyof typeof replies, usual: string) => {
      const reply = replies[of] ?? usual;
      if (typeof reply === 'function') reply(socket);
      else socket.write(`${reply}\r\n`);
    };
    socket.on('error', () => {});
    answer('greeting', '220 sink');
    let held = '';
    socket.on('data', (bytes) => {
      held += bytes.toString();
      for (let end = held.indexOf('\r\n'); end >= 0; end = held.indexOf('\r\n')) {
        const line = held.slice(0, end);
        held = held.slice(end + 2);
        if (inData) {
          if (line === '.') {
            inData = false;
            answer('dot', '250 taken');
          }
        } else if (lines.push(line) && /^EHLO/i.test(line)) answer('EHLO', '250-sink\r\n250 SMTPUTF8');
        else if (/^MAIL/i.test(line)) answer('MAIL', '250 ok');
        else if (/^RCPT/i.test(line)) answer('RCPT', '250 ok');
        else if (/^DATA/i.test(line)) {
          inData = true;
          answer('DATA', '354 go on');
        } else socket.write('250 ok\r\n');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  return `smtp://127.0.0.1:${(server.address() as AddressInfo).port}?ignoreTLS=true`;
}

async function handOverTo(url: string, change: Partial<OutgoingMessage> = {}) {
  const mailer = createMailer(url);
  closing.push(() => mailer.close());
  return mailer.handOver({ ...message, ...change });
}

describe('an address or header', () => {
  test.each([
    'a@b.bg\r\nBcc: c@d.bg',
    'a@b.bg,c@d.bg',
    'Name <a@b.bg>',
    'a b@c.bg',
    'a@b',
    'a@b.bg\u0000',
    'a@b.bg\u2028',
    '"a;b"@c.bg',
    '',
  ])('that could be two, %j, is refused without being repeated', (text) => {
    expect(() => mailAddress(text)).toThrow('this is not one plain e-mail address');
  });
  test.each(['a\r\nBcc: x', 'a\nb', 'a\u0000', 'a\u2028b', 'a\u0085b'])('that breaks out of its line, %j, is refused', (text) => {
    expect(() => headerText(text)).toThrow('this cannot be a mail header');
  });
});

describe('a message', () => {
  test('arrives as it was written, to the address it was meant for and no other', async () => {
    const received: { recipients: string[]; source: string }[] = [];
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      onData(stream, session, done) {
        const parts: Buffer[] = [];
        stream.on('data', (part: Buffer) => parts.push(part));
        stream.on('end', () => {
          received.push({
            recipients: session.envelope.rcptTo.map(({ address }) => address),
            source: Buffer.concat(parts).toString(),
          });
          done();
        });
      },
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => server.close());
    expect(await handOverTo(`smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}?ignoreTLS=true`)).toEqual({
      outcome: 'accepted',
    });

    expect(received).toHaveLength(1);
    expect(received[0]?.recipients).toEqual([message.to]);
    const parsed = await simpleParser(received[0]?.source ?? '');
    expect(parsed.subject).toBe(message.subject);
    expect(parsed.text?.trim()).toBe(message.text.trim());
    expect(parsed.messageId).toBe('<019ab1c0@example.bg>');
    expect(parsed.from?.value[0]).toEqual({ name: message.from.name, address: message.from.address });
    expect(parsed.headers.get('auto-submitted')).toBe('auto-generated');
    expect(received[0]?.source).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r$/m);
    expect(received[0]?.source).not.toMatch(/^(Bcc|X-Mailer)/im);
  });

  test.each([
    [
      'refused for good at the address',
      { RCPT: '550 no such user ivan@example.bg' },
      { outcome: 'refused', permanent: true, code: 'smtp-550' },
    ],
    ['put off at the address', { RCPT: '451 greylisted' }, { outcome: 'refused', permanent: false, code: 'smtp-451' }],
    ['refused for good after the message', { dot: '554 spam' }, { outcome: 'refused', permanent: true, code: 'smtp-554' }],
    ['put off after the message', { dot: '452 full' }, { outcome: 'refused', permanent: false, code: 'smtp-452' }],
    ['turned away at the door', { greeting: '554 not you' }, { outcome: 'refused', permanent: false, code: 'smtp-554-session' }],
  ] as const)('%s says which, and nothing the server said', async (_, replies, expected) => {
    expect(await handOverTo(await scripted(replies))).toEqual(expected);
  });

  test('to an international address goes out under an equal spelling', async () => {
    await handOverTo(await scripted({}), { to: mailAddress('ivan@xn--e1afmkfd.xn--90ae') });
    expect(lines.filter((line) => line.startsWith('RCPT'))).toEqual(['RCPT TO:<ivan@xn--e1afmkfd.xn--90ae>']);
    lines.length = 0;
    // With letters outside ASCII before the @ the whole address is written in Unicode (RFC 6531).
    const to = mailAddress('иван@xn--e1afmkfd.xn--90ae');
    expect(await handOverTo(await scripted({}), { to })).toEqual({ outcome: 'accepted' });
    expect(lines.filter((line) => line.startsWith('RCPT'))).toEqual(['RCPT TO:<иван@пример.бг>']);
  });

  test('cut off after its last byte may have been taken: nobody knows', async () => {
    const handOver = await handOverTo(await scripted({ dot: (socket) => socket.destroy() }));
    expect(handOver.outcome).toBe('unknown');
  });

  test('with nobody listening was certainly not taken', async () => {
    expect(await handOverTo('smtp://127.0.0.1:1')).toEqual({ outcome: 'refused', permanent: false, code: 'connection' });
  });
});
