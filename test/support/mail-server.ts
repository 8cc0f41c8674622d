import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';

export interface Received {
  readonly recipient: string;
  readonly source: string;
  /** performance.now() when the final dot arrived, before it was answered. */
  readonly at: number;
}

export interface SmtpSink {
  readonly url: string;
  readonly received: Received[];
  /** What the final dot is answered with, for the recipient; after this many milliseconds. */
  answer: (recipient: string) => { reply: string | 'cut off'; afterMs?: number };
  close(): Promise<void>;
}

/** A mail server that takes everything and notes when; faster than a real one, and as misbehaved as told. */
export async function openSmtpSink(): Promise<SmtpSink> {
  const sockets = new Set<Socket>();
  const received: Received[] = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    socket.write('220 sink\r\n');
    let held = '';
    let recipient = '';
    let source: string[] | undefined;
    socket.on('data', (bytes) => {
      held += bytes.toString('latin1');
      for (let end = held.indexOf('\r\n'); end >= 0; end = held.indexOf('\r\n')) {
        const line = held.slice(0, end);
        held = held.slice(end + 2);
        if (source) {
          if (line !== '.') {
            source.push(line);
            continue;
          }
          received.push({ recipient, source: source.join('\r\n'), at: performance.now() });
          source = undefined;
          const { reply, afterMs = 0 } = sink.answer(recipient);
          const act = () => (reply === 'cut off' ? socket.destroy() : socket.write(`${reply}\r\n`));
          if (afterMs > 0) setTimeout(act, afterMs);
          else act();
        } else if (/^RCPT TO:<(.*)>/i.test(line)) {
          recipient = /^RCPT TO:<(.*)>/i.exec(line)?.[1] ?? '';
          socket.write('250 ok\r\n');
        } else if (/^DATA/i.test(line)) {
          source = [];
          socket.write('354 go on\r\n');
        } else if (/^QUIT/i.test(line)) socket.end('221 bye\r\n');
        else socket.write('250 ok\r\n');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const sink: SmtpSink = {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}?ignoreTLS=true`,
    received,
    answer: () => ({ reply: '250 taken' }),
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return sink;
}
