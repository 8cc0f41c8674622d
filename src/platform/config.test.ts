import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ConfigInvalid, readConfig } from './config.ts';
import { COSIGNATURE } from './crypto/cosignature.ts';
import { writeVkey } from './crypto/signed-note.ts';

const folder = mkdtempSync(join(tmpdir(), 'saglasie-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileWith(text: string): string {
  const path = join(folder, `secret-${text.length}`);
  writeFileSync(path, text);
  return path;
}

function problemsOf(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigInvalid) return error.problems;
    throw error;
  }
}

describe('readConfig', () => {
  test('needs nothing to be set', () => {
    expect(readConfig({})).toMatchObject({
      port: 3000,
      host: '127.0.0.1',
      publicUrl: 'http://127.0.0.1:3000',
      dataFolder: resolve('data'),
      databaseUrl: undefined,
      smtpUrl: undefined,
      role: 'all',
      trustProxy: false,
    });
  });

  test('reads who attests the ledger, and refuses a witness whose key is none', () => {
    const vkey = writeVkey({ name: 'witness.example', publicKey: Buffer.alloc(32, 7) }, COSIGNATURE);
    expect(readConfig({ SAGLASIE_WITNESSES: `${vkey} https://witness.example/log/, ${vkey} http://127.0.0.1:1` }).ledger).toEqual(
      {
        witnesses: [
          { vkey, url: 'https://witness.example/log' },
          { vkey, url: 'http://127.0.0.1:1' },
        ],
        timestampUrl: undefined,
      },
    );
    const signing = writeVkey({ name: 'witness.example', publicKey: Buffer.alloc(32, 7) });
    for (const wrong of [vkey, `${vkey} ftp://x`, `${signing} https://witness.example`, 'x+y+z https://witness.example']) {
      expect(problemsOf({ SAGLASIE_WITNESSES: wrong }), wrong).toEqual([expect.stringContaining('SAGLASIE_WITNESSES')]);
    }
    expect(problemsOf({ SAGLASIE_TIMESTAMP_URL: 'tsa.example' })).toHaveLength(1);
  });

  test('names every problem at once, with the variable and what to write', () => {
    const problems = problemsOf({
      PORT: '70000',
      SAGLASIE_URL: 'crm.example.bg',
      DATABASE_URL: 'mysql://localhost/x',
      SMTP_URL: 'smtp.example.bg',
      SAGLASIE_ROLE: 'everything',
      SAGLASIE_LOG_LEVEL: 'loud',
      SAGLASIE_OWNER_EMAIL: 'nobody',
      SAGLASIE_TRUST_PROXY: 'perhaps',
      SAGLASIE_FORM_POSTS_PER_IP_PER_HOUR: '-1',
    });
    for (const name of [
      'PORT',
      'SAGLASIE_URL',
      'DATABASE_URL',
      'SMTP_URL',
      'SAGLASIE_ROLE',
      'SAGLASIE_LOG_LEVEL',
      'SAGLASIE_OWNER_EMAIL',
      'SAGLASIE_TRUST_PROXY',
      'SAGLASIE_FORM_POSTS_PER_IP_PER_HOUR',
    ]) {
      expect(
        problems.filter((problem) => problem.startsWith(name)),
        name,
      ).not.toEqual([]);
    }
    expect(problems.join(' ')).toContain('https://crm.example.bg');
    expect(() => readConfig({ PORT: 'x' })).toThrow(/cannot be used:\n {2}- PORT: write a port number/);
  });

  test('never repeats a secret it refuses', () => {
    const secret = 'hunter2-hunter2';
    const said = problemsOf({
      DATABASE_URL: `mysql://me:${secret}@localhost/x`,
      SMTP_URL: `ftp://me:${secret}@localhost`,
      SAGLASIE_METRICS_TOKEN: secret,
      SAGLASIE_OWNER_EMAIL: 'me@example.bg',
      SAGLASIE_OWNER_PASSWORD: 'hunter2',
    });
    expect(said).toHaveLength(4);
    expect(said.join()).not.toContain('hunter2');
  });

  test('reads a secret from a file, without its last line break', () => {
    expect(readConfig({ DATABASE_URL_FILE: fileWith('postgres://me:x@localhost/crm\n') }).databaseUrl).toBe(
      'postgres://me:x@localhost/crm',
    );
    const config = readConfig({
      SAGLASIE_OWNER_EMAIL: 'me@example.bg',
      SAGLASIE_OWNER_PASSWORD_FILE: fileWith('correct horse battery\n'),
    });
    expect(config.ownerPassword).toBe('correct horse battery');
  });

  test('refuses a secret given twice, and a file that is not there', () => {
    expect(problemsOf({ SMTP_URL: 'smtp://localhost', SMTP_URL_FILE: fileWith('smtp://localhost') })).toEqual([
      expect.stringMatching(/^SMTP_URL and SMTP_URL_FILE/),
    ]);
    expect(problemsOf({ DATABASE_URL_FILE: join(folder, 'nowhere') })).toEqual([expect.stringMatching(/^DATABASE_URL_FILE/)]);
  });

  test('refuses an owner without a password, and a password without an owner', () => {
    expect(problemsOf({ SAGLASIE_OWNER_EMAIL: 'me@example.bg' })).toEqual([expect.stringContaining('SAGLASIE_OWNER_PASSWORD')]);
    expect(problemsOf({ SAGLASIE_OWNER_PASSWORD: 'correct horse battery' })).toEqual([
      expect.stringContaining('SAGLASIE_OWNER_EMAIL'),
    ]);
  });

  test('takes an empty variable as one that is not set, as compose files write it', () => {
    expect(readConfig({ PORT: '', DATABASE_URL: '', SAGLASIE_URL: '' }).port).toBe(3000);
  });

  test('makes links that are right: without a last slash, with brackets around IPv6', () => {
    expect(readConfig({ SAGLASIE_URL: 'https://crm.example.bg///' }).publicUrl).toBe('https://crm.example.bg');
    expect(readConfig({ HOST: '::1', PORT: '8080' }).publicUrl).toBe('http://[::1]:8080');
  });

  test('cannot be changed by whoever holds it', () => {
    expect(Object.isFrozen(readConfig({}))).toBe(true);
  });
});
