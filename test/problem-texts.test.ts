import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { problems } from '#src/languages/en/problems.ts';

const SRC = join(import.meta.dirname, '../src');

const sources = readdirSync(SRC, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
  // Its codes are put into words on the form's own page.
  .filter((entry) => entry.name !== 'read-submission.ts')
  .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
  .join('\n');

function codes(pattern: RegExp): string[] {
  return [...new Set([...sources.matchAll(pattern)].map((match) => match[1] ?? ''))].sort();
}

describe('what people read when they are refused', () => {
  it('there are words for every code that is thrown', () => {
    const thrown = codes(/new AppError\(\s*'([a-z-]+)'/g);
    expect(thrown.length).toBeGreaterThan(15);
    expect(thrown.filter((code) => !(code in problems.problems))).toEqual([]);
  });

  it('there are words for every code of a field', () => {
    const given = codes(/field: [^,{}]+, code: '([a-z-]+)'/g);
    expect(given.length).toBeGreaterThan(5);
    expect(given.filter((code) => !(code in problems.fields))).toEqual([]);
  });
});
