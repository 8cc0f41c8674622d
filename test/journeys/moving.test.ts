import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyReceipt } from '#src/receipts/verify-receipt.js';
import { linksOf, type Mailbox, openMailbox } from '#test/support/mailbox.ts';
import { type Server, startServer } from '#test/support/server.ts';
import { keysOf, openForm, postForm } from '#test/support/server-forms.ts';

let old: Server;
let young: Server;
let mailbox: Mailbox;

beforeAll(async () => {
  mailbox = await openMailbox();
  [old, young] = await Promise.all([startServer({ env: { SMTP_URL: mailbox.smtpUrl } }), startServer()]);
});
afterAll(async () => {
  await old?.remove();
  await young?.remove();
  await mailbox?.close();
});

const ROOT = join(import.meta.dirname, '..', '..');

function saglasie(server: Server, ...args: string[]) {
  return spawnSync(process.execPath, ['bin/saglasie', ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], SAGLASIE_DATA: server.dataFolder, SAGLASIE_URL: server.url },
  });
}

function clientOf(server: Server) {
  const { key } = JSON.parse(saglasie(server, 'api-key', 'create', '--name', 'mover', '--scope', 'all', '--json').stdout) as {
    key: string;
  };
  return async (method: 'GET' | 'POST', path: string, body?: unknown) => {
    const response = await fetch(`${server.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
}

test('a person moves from one running installation to another with the whole proof of their consent', async () => {
  const [there, here] = [clientOf(old), clientOf(young)];
  const form = await openForm(old, await keysOf(old));
  await postForm(`${old.url}/f/newsletter`, { _form: form.token, email: 'mover@example.bg', consent: 'newsletter:email' });
  await postForm(linksOf(await mailbox.take('mover@example.bg')).confirm, { answer: 'confirm' });
  const { body: found } = await there('GET', '/contacts?search=mover@example.bg');
  const { id } = (found['data'] as { id: string }[])[0] ?? { id: '' };
  await expect.poll(async () => (await there('GET', `/contacts/${id}/consent-history`)).status, { timeout: 15_000 }).toBe(200);
  const { body: history } = await there('GET', `/contacts/${id}/consent-history`);

  const added = await here('POST', '/contacts', {
    email: 'mover@example.bg',
    language: 'bg',
    source: { kind: 'event', label: 'Fair', obtainedFrom: 'data-subject' },
    purpose: 'customer-relations',
    legalBasis: 'contract',
  });
  const contact = added.body['id'] as string;
  const { keys } = (await (await fetch(`${old.url}/ledger/keys.json`)).json()) as { keys: { vkey: string }[] };
  const brought = await here('POST', `/contacts/${contact}/consent-history`, { package: history, vkey: keys[0]?.vkey });
  expect(brought.body).toMatchObject({ imported: 1, already: 0, log: `${new URL(old.url).host}/ledger` });
  expect(brought.status).toBe(200);

  const passport = JSON.stringify((await here('GET', `/contacts/${contact}/permissions`)).body);
  expect(passport).toContain('consent-given');
  const entry = /"entryId":"(led_[0-9a-f]{32})"/.exec(passport)?.[1] ?? '';
  await expect
    .poll(async () => (await here('GET', `/ledger/${entry}/receipt?format=json`)).status, { timeout: 15_000 })
    .toBe(200);
  const receipt = (await here('GET', `/ledger/${entry}/receipt?format=json`)).body;
  expect(await verifyReceipt(receipt)).toMatchObject({ outcome: 'holds', entry: { method: 'import' } });

  const path = join(young.dataFolder, 'history.json');
  writeFileSync(path, saglasie(old, 'consent-history', 'export', '--contact', 'mover@example.bg').stdout);
  expect(saglasie(young, 'verify', path, '--json').status).toBe(0);
  const again = saglasie(young, 'consent-history', 'import', path, '--contact', 'mover@example.bg', '--json');
  expect([again.status, JSON.parse(again.stdout)]).toMatchObject([0, { imported: 0, already: 1 }]);
  writeFileSync(path, JSON.stringify({ ...history, contact: 'x' }));
  const refused = saglasie(young, 'consent-history', 'import', path, '--contact', 'mover@example.bg');
  expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('does not hold')]);
  expect(saglasie(young, 'verify').status).toBe(0);
}, 90_000);
