import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keysFrom } from '#platform/crypto/keys.ts';
import { createLinkToken } from '#platform/crypto/link-token.ts';
import { publicTexts as bg } from '#src/languages/bg/public.ts';
import { publicTexts as en } from '#src/languages/en/public.ts';
import { dumpAsText } from '#test/support/digest.ts';
import { linksOf, type Mail, type Mailbox, openMailbox } from '#test/support/mailbox.ts';
import { ask, type Server, startServer } from '#test/support/server.ts';
import { keysOf, openForm, postForm } from '#test/support/server-forms.ts';

let server: Server;
let mailbox: Mailbox;

beforeAll(async () => {
  mailbox = await openMailbox();
  server = await startServer({ env: { SMTP_URL: mailbox.smtpUrl } });
});
afterAll(async () => {
  await server?.remove();
  await mailbox?.close();
});

test('opened by a scanner with GET, HEAD and OPTIONS five times each, no link in any message changes anything', async () => {
  const asked = await subscribe('scanned@example.bg');
  const waiting = await subscribe('scanned-and-waiting@example.bg');
  await postForm(linksOf(asked).confirm, { answer: 'confirm' });
  const confirmed = await mailbox.take('scanned@example.bg');
  const urls = [...new Set([asked, waiting, confirmed].flatMap(everyLink))];
  expect(urls.length).toBeGreaterThanOrEqual(6);

  const before = await everything();
  for (const url of urls) {
    for (const method of ['GET', 'HEAD', 'OPTIONS']) {
      for (let time = 0; time < 5; time++) {
        const response = await fetch(url, {
          method,
          redirect: 'manual',
          headers: { 'user-agent': 'Link scanner', cookie: 'a=b' },
        });
        expect(response.status, `${method} ${new URL(url).pathname.split('/')[1]}`).toBeLessThan(300);
        await response.arrayBuffer();
      }
    }
  }
  expect(await everything()).toEqual(before);
});

test('of another kind, of another installation, expired, or with any letter changed leads to the page that helps, and changes nothing', async () => {
  const keys = await keysOf(server);
  const mail = await subscribe('careful@example.bg');
  const { confirm } = linksOf(mail);
  const token = confirm.split('/').at(-1) ?? '';
  const [ids] = await ask<{ contact: string; submission: string; purpose: string }>(
    server,
    `select s.contact_id as contact, s.id as submission, u.id as purpose from submission s join contact_point p using (contact_id), purpose u
      where p.match_key = 'careful@example.bg' and u.slug = 'newsletter'`,
  );
  if (!ids) throw new Error('nothing was submitted');
  const foreign = keysFrom(Buffer.alloc(32, 7));
  const yesterday = new Date(Date.now() - 86_400_000);
  const bad = [
    createLinkToken(foreign, { kind: 'confirm', ids: [ids.submission] }),
    createLinkToken(keys, { kind: 'preferences', ids: [ids.contact] }),
    createLinkToken(keys, { kind: 'unsubscribe', ids: [ids.contact, ids.purpose] }),
    createLinkToken(keys, { kind: 'confirm', ids: [ids.submission], expiresAt: yesterday }),
    createLinkToken(keys, { kind: 'confirm', ids: [ids.contact] }),
    `${token}A`,
    token.slice(0, -1),
    token.toUpperCase(),
    '',
    ...Array.from({ length: 40 }, () => mutated(token)),
  ];
  const STRAY = 4;
  const before = await everything();
  for (const [at, text] of bad.entries()) {
    for (const language of ['bg', 'en'] as const) {
      const response = await postForm(`${server.url}/confirm/${text}?lang=${language}`, { answer: 'confirm' });
      const { title } = (language === 'bg' ? bg : en).stale;
      // A good token of something that does not exist is told apart only by whoever made it: it finds nothing to confirm.
      if (at !== STRAY)
        expect([response.status, text === '' || (await response.text()).includes(title)], `${at}`).toEqual([404, true]);
    }
    for (const [folder, own] of [
      ['p', 1],
      ['u', 2],
      ['why', -1],
    ] as const) {
      if (at === own) continue;
      const response = await postForm(`${server.url}/${folder}/${text}`, { answer: 'stop-all', 'List-Unsubscribe': 'One-Click' });
      expect(response.status, `${folder} ${at}`).toBeGreaterThanOrEqual(400);
    }
  }
  expect(await everything()).toEqual(before);
});

test('used twice confirms once; pressed twice in one moment, too', async () => {
  const mail = await subscribe('twice@example.bg');
  const { confirm } = linksOf(mail);
  const answers = await Promise.all(Array.from({ length: 10 }, () => postForm(confirm, { answer: 'confirm' })));
  expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(303));
  expect(answers.filter(({ headers }) => headers.get('location')?.includes('done=confirmed'))).toHaveLength(1);
  const entries = `select l.id from ledger_entry l join contact_point p using (contact_id) where p.match_key = 'twice@example.bg' and l.kind = 'consent-given'`;
  expect(await ask(server, entries)).toHaveLength(1);
  await mailbox.take('twice@example.bg');

  const stopped = await fetch(unsubscribeOf('twice@example.bg'), {
    method: 'POST',
    body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }),
  });
  expect(stopped.status).toBe(200);
  await postForm(confirm, { answer: 'confirm' });
  expect(await ask(server, entries)).toHaveLength(1);
});

async function subscribe(email: string): Promise<Mail> {
  const { token } = await openForm(server, await keysOf(server));
  await postForm(`${server.url}/f/newsletter`, { _form: token, email, consent: 'newsletter:email' });
  return mailbox.take(email);
}

/** Every link of a message: in its text, its HTML and its headers. */
function everyLink(mail: Mail): string[] {
  const headers = mail.headerLines.map(({ line }) => line.replace(/\r?\n\s+/g, '')).join('\n');
  return [...`${mail.text}\n${mail.html}\n${headers}`.matchAll(/https?:\/\/[^\s"'<>]+/g)]
    .map(([link]) => link)
    .filter((link) => link.startsWith(server.url));
}

function unsubscribeOf(email: string): string {
  const mail = mailbox.mails.findLast((one) => one.recipients.includes(email));
  if (!mail) throw new Error('no mail');
  return linksOf(mail).u;
}

function mutated(token: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const at = randomInt(token.length);
  const others = [...alphabet].filter((letter) => letter !== token[at]);
  return token.slice(0, at) + others[randomInt(others.length)] + token.slice(at + 1);
}

/** Written seconds later by the clock: places in the log of entries made before, and how many looked at a form. */
const written = ['waiting', 'leaf', 'tile', 'checkpoint', 'key'].map((table) => `saglasie.ledger_${table}`);
const ticking = new Set([...written, 'saglasie.form_step_count']);

/** Everything that is stored, once no message is on its way any more; but for the clockwork of the worker, which ticks. */
async function everything(): Promise<Map<string, string[]>> {
  const underWay = `select from delivery where status not in ('sent', 'failed', 'withheld')`;
  while ((await ask(server, underWay)).length > 0);
  const dump = await dumpAsText(await server.databaseUrl());
  return new Map([...dump].filter(([table]) => !table.startsWith('graphile_worker.') && !ticking.has(table)));
}
