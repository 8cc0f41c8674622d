import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

/** What a program that logs this writes to stderr, line by line. */
function logged(program: string, level = 'info'): Record<string, unknown>[] {
  const script = `const { createLog } = await import(${JSON.stringify(join(import.meta.dirname, 'log.ts'))});
    const log = createLog({ logLevel: '${level}' }); ${program}`;
  const out = execFileSync('/bin/sh', ['-c', '"$0" --input-type=module --eval "$1" 2>&1 >/dev/null', process.execPath, script], {
    encoding: 'utf8',
  });
  return out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

describe('The log', () => {
  test('is JSON on stderr, with words for levels and ISO times', () => {
    expect(logged(`log.info({ entries: 3 }, 'verified')`)).toEqual([
      { level: 'info', time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/), entries: 3, msg: 'verified' },
    ]);
  });

  test('is silent below its level', () => {
    expect(logged(`log.info('one'); log.warn('two')`, 'warn').map(({ msg }) => msg)).toEqual(['two']);
  });

  test('keeps out what a person is called and where they are reached', () => {
    const said = JSON.stringify(
      logged(`const p = { email: 'maria@x.bg', name: 'Мария', phone: '+359888', password: 'hunter2', token: 'hunter2' };
        log.info(p); log.info({ contact: p }); log.info({ url: '/u/maria@x.bg', body: 'Мария' })`),
    );
    expect(said).not.toMatch(/maria|Мария|359888|hunter2/);
  });

  test('of an error it says the code and the place, never the message or the row PostgreSQL quotes', () => {
    const [line] =
      logged(`const err = Object.assign(new Error('Key (email)=(maria@x.bg) exists'), { code: '23505', detail: 'maria@x.bg', constraint: 'one_address', where: 'maria' });
      log.error({ err }, 'failed')`);
    expect(line).toMatchObject({
      msg: 'failed',
      err: { type: 'Error', code: '23505', constraint: 'one_address', frames: [expect.stringContaining('at ')] },
    });
    expect(JSON.stringify(line)).not.toContain('maria');
  });
});
