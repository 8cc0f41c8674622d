import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Sends a form again and again, each time from another address, over so many kept connections; runs as a process of its
 * own and prints one line of JSON. Sockets are driven by hand: a client that costs as much as the server would halve what
 * is measured on the same cores.
 *
 * node bench/drive-form.ts URL CONNECTIONS SECONDS RUN
 */
const [address = '', connections = '1', seconds = '5', run = '0'] = process.argv.slice(2);
const url = new URL(address);

const page = await (await fetch(`${address}?lang=bg`)).text();
const token = /name="_form" value="([^"]+)"/.exec(page)?.[1];
const box = /name="consent" value="([^"]+)"/.exec(page)?.[1];
if (!token || !box) throw new Error('the form has no token or no box');
// Nobody fills in a form in less; a quicker one is shown again.
await sleep(2500);

const until = performance.now() + Number(seconds) * 1000;
const latencies: number[] = [];
const odd = new Map<number, number>();
let sent = 0;
const from = performance.now();
await Promise.all(Array.from({ length: Number(connections) }, () => keepSending()));
const took = (performance.now() - from) / 1000;
latencies.sort((a, b) => a - b);
const at = (q: number) => latencies[Math.min(latencies.length - 1, Math.floor(q * latencies.length))] ?? 0;
process.stdout.write(
  `${JSON.stringify({ accepted: latencies.length, perSecond: latencies.length / took, p50: at(0.5), p99: at(0.99), odd: Object.fromEntries(odd) })}\n`,
);

async function keepSending(): Promise<void> {
  let socket = await open();
  while (performance.now() < until) {
    const number = sent++;
    const started = performance.now();
    socket.write(requestOf(number));
    const status = await readStatus(socket);
    if (status === 303) latencies.push(performance.now() - started);
    else odd.set(status, (odd.get(status) ?? 0) + 1);
    if (status === 0) socket = await open();
  }
  socket.destroy();
}

async function open(): Promise<Socket> {
  const socket = connect({ port: Number(url.port), host: url.hostname, noDelay: true });
  await once(socket, 'connect');
  return socket;
}

function requestOf(number: number): string {
  const body = `_form=${token}&website=&email=${encodeURIComponent(`kandidat-${run}n${number}@mail.example.com`)}&consent=${encodeURIComponent(box ?? '')}`;
  return `POST ${url.pathname} HTTP/1.1\r\nHost: ${url.host}\r\nContent-Type: application/x-www-form-urlencoded\r\nAccept: text/html\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\nAccept-Language: bg\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

/** The status once the whole answer is here; 0 when the connection ended. */
function readStatus(socket: Socket): Promise<number> {
  return new Promise((resolve) => {
    let text = '';
    const done = (status: number) => {
      socket.off('data', onData);
      socket.off('close', onEnd);
      socket.off('error', onEnd);
      resolve(status);
    };
    const onEnd = () => done(0);
    const onData = (chunk: Buffer) => {
      text += chunk.toString('latin1');
      const head = text.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, head))?.[1];
      const isWhole = length !== undefined ? text.length >= head + 4 + Number(length) : text.endsWith('\r\n0\r\n\r\n');
      if (isWhole) done(Number(text.slice(9, 12)));
    };
    socket.on('data', onData).once('close', onEnd).once('error', onEnd);
  });
}
