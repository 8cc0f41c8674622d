import { spawn } from 'node:child_process';
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, newDataFolder as makeDataFolder, type Server, startServer } from '#test/support/server.ts';

const ROOT = join(import.meta.dirname, '..', '..');

interface Done {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command line as people type it, on this data folder. */
function saglasie(args: readonly string[], env: Record<string, string>): Promise<Done> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['bin/saglasie', ...args], {
      cwd: ROOT,
      env: { PATH: process.env.PATH ?? '', ...env },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (part) => {
      stdout += part;
    });
    child.stderr.on('data', (part) => {
      stderr += part;
    });
    child.once('error', reject).once('exit', (code) => resolve({ code, stdout, stderr }));
  });
}

const contact = {
  givenName: 'Цветелина',
  familyName: 'Канарова',
  email: 'canary-7@example.bg',
  phone: '+359888777666',
  language: 'bg',
  source: { kind: 'event', label: 'Fair', obtainedFrom: 'data-subject' },
  purpose: 'customer-relations',
  legalBasis: 'contract',
};
const canaries = ['Цветелина', 'Канарова', 'canary-7', '888777666'];

const made: string[] = [];
function newDataFolder(): string {
  const folder = makeDataFolder();
  made.push(folder);
  return folder;
}
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

describe('commands beside a running server', () => {
  let server: Server;
  const run = (...args: string[]) => saglasie(args, { SAGLASIE_DATA: server.dataFolder, PORT: String(server.port) });
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.remove());

  it('make a key that works at once, and print nothing else to stdout', async () => {
    const made = await run('api-key', 'create', '--name', 'test', '--scope', 'all', '--json');
    expect(made.code).toBe(0);
    const { key } = JSON.parse(made.stdout) as { key: string };
    const answer = await fetch(`${server.url}/api/v1/contacts`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(contact),
    });
    expect(answer.status).toBe(201);
    expect(
      (await fetch(`${server.url}/api/v1/contacts?search=canary-7`, { headers: { authorization: `Bearer ${key}` } })).status,
    ).toBe(200);
  });

  it('export a person however the address is written', async () => {
    const file = await run('export', '--contact', ' Canary-7@EXAMPLE.bg', '--format', 'json');
    expect(file.code).toBe(0);
    expect(JSON.parse(file.stdout)).toMatchObject({ format: 'saglasie-person' });
    for (const format of ['csv', 'vcf'])
      expect((await run('export', '--contact', contact.email, '--format', format)).stdout).toContain('Цветелина');
  });

  it('verify, examine and invite', async () => {
    const verified = await run('verify', '--json');
    expect([verified.code, JSON.parse(verified.stdout).holds]).toEqual([0, true]);
    const examined = await run('doctor', '--json');
    expect(JSON.parse(examined.stdout)).toMatchObject({ well: true });
    const invited = await run('staff', 'add', '--email', 'new@example.bg', '--role', 'sales');
    expect((await fetch(invited.stdout.trim())).status).toBe(200);
  });

  it('say no with one readable block and an honest code', async () => {
    const nobody = await run('export', '--contact', 'nobody@example.bg', '--format', 'csv');
    expect([nobody.code, nobody.stdout]).toEqual([1, '']);
    const twice = await run('start');
    expect(twice.code).toBe(1);
    expect(twice.stderr).not.toMatch(/^\s+at /m);
    expect(twice.stderr).toContain(server.dataFolder);
  });

  it('a busy port is named, with what to do', async () => {
    const busy = await saglasie(['start'], { SAGLASIE_DATA: newDataFolder(), PORT: String(server.port) });
    expect(busy.code).toBe(1);
    expect(busy.stderr).toContain(`Port ${server.port} on 127.0.0.1 is in use`);
    expect(busy.stderr).not.toMatch(/^\s+at /m);
  });

  it('erase a person for good', async () => {
    expect((await run('erase', '--contact', contact.email, '--reason', 'asked by phone')).code).toBe(0);
    expect((await run('export', '--contact', contact.email, '--format', 'csv')).code).toBe(1);
  });

  it('the server logged what happened and not to whom', () => {
    const output = server.output();
    expect(output).toContain('/api/v1/contacts');
    for (const canary of canaries) expect(output).not.toContain(canary);
  });

  it('SIGTERM ends it within ten seconds, and commands work without it', async () => {
    const started = performance.now();
    await server.stop();
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(server.process.exitCode).toBe(0);
    expect((await run('verify')).code).toBe(0);
    expect((await run('doctor')).code).toBe(0);
  });
});

describe('commands on nothing', () => {
  it('an API key can be made before anyone has started the server', async () => {
    const dataFolder = newDataFolder();
    const made = await saglasie(['api-key', 'create', '--name', 'first', '--scope', 'contacts:read'], {
      SAGLASIE_DATA: dataFolder,
    });
    expect([made.code, made.stdout]).toEqual([0, expect.stringMatching(/^sgl_\w+_\S+\n$/)]);
    if (process.platform !== 'win32') expect(statSync(join(dataFolder, 'keys.json')).mode & 0o777).toBe(0o600);
  });

  it.each([
    [['expotr'], 'Did you mean export?'],
    [['export', '--contcat', 'x'], 'Did you mean --contact?'],
    [['export'], 'Missing: --contact'],
    [['export', '--contact', 'no address', '--format', 'csv'], 'needs an e-mail address'],
    [['export', '--contact', 'a@example.bg', '--format', 'xlsx'], 'csv, json, vcf'],
    [['api-key', 'create', '--name', 'x', '--scope', 'contacts.raed'], 'Did you mean contacts.read?'],
    [['staff', 'remove'], 'saglasie staff add'],
  ])('%j is not understood: exit 2 and the nearest word', async (args, hint) => {
    const { code, stdout, stderr } = await saglasie(args, { SAGLASIE_DATA: '/nonexistent/never-made' });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(hint);
  });

  it('every mistake in the configuration is named at once', async () => {
    const { code, stderr } = await saglasie(['start'], {
      PORT: 'x',
      SMTP_URL: 'http://mail',
      SAGLASIE_ROLE: 'boss',
      SAGLASIE_DATA: '/nonexistent/x',
    });
    expect(code).toBe(1);
    for (const name of ['PORT', 'SMTP_URL', 'SAGLASIE_ROLE']) expect(stderr).toContain(name);
  });

  it('a database that does not answer is named, with what to do', async () => {
    const { code, stderr } = await saglasie(['start'], {
      DATABASE_URL: `postgres://x:y@127.0.0.1:${await freePort()}/z`,
      SAGLASIE_DATA: newDataFolder(),
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/DATABASE_URL/);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});
