import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unique, useStore } from '#test/support/factories.ts';
import { findNotice, findNoticeByHash } from './find-notice.ts';
import { recordNotice } from './record-notice.ts';

const store = useStore();
const record = (slug: string, bg: string, en = 'Text') => store.write((tx) => recordNotice(tx, { slug, texts: { bg, en } }));
const versionsOf = (slug: string) =>
  store.app('select version, language from notice where slug = $1 order by 1, 2', [slug]).then(({ rows }) => rows);

describe('recordNotice', () => {
  test('keeps the exact bytes under their SHA-256', async () => {
    await fc.assert(
      // NUL cannot be stored in a text, and a lone surrogate has no bytes.
      fc.asyncProperty(
        fc.string({ unit: 'binary', minLength: 1 }).map((text) => `${text.replaceAll('\0', '')}.`.toWellFormed()),
        async (text) => {
          const slug = unique('n-');
          const { version, hashes } = await record(slug, text);
          expect(hashes.bg).toBe(createHash('sha256').update(text).digest('hex'));
          expect(await findNotice(store.db, slug, version, 'bg')).toMatchObject({ body: text, hash: hashes.bg });
          expect(await findNoticeByHash(store.db, hashes.bg)).toMatchObject({ body: text });
        },
      ),
      { numRuns: 12 },
    );
  });

  test('the same bytes are the same version, any other byte is the next one, in either language', async () => {
    const slug = unique('n-');
    expect((await record(slug, 'Текст')).version).toBe(1);
    expect((await record(slug, 'Текст')).version).toBe(1);
    expect((await record(slug, 'Текст ')).version).toBe(2);
    expect((await record(slug, 'Текст ', 'Text.')).version).toBe(3);
    expect((await record(slug, 'Текст')).version, 'an old text shown again is a new version: it was not in use in between').toBe(
      4,
    );
    expect(await versionsOf(slug)).toHaveLength(8);
  });

  test('the same text in both languages, or in two notices, is one text', async () => {
    const [one, other] = [unique('n-'), unique('n-')];
    const { hashes } = await record(one, 'OK', 'OK');
    expect(hashes.bg).toBe(hashes.en);
    await record(other, 'OK', 'OK');
    expect((await findNoticeByHash(store.db, hashes.bg))?.body).toBe('OK');
  });

  test('of publications at the same time each gets its own version, and equal ones share one', async () => {
    const slug = unique('n-');
    const published = await Promise.all(['а', 'б', 'в', 'а', 'б', 'в'].map((text) => record(slug, text)));
    const rows = await versionsOf(slug);
    expect(new Set(rows.map((row) => `${row.version} ${row.language}`)).size).toBe(rows.length);
    for (const { version, hashes } of published) expect((await findNotice(store.db, slug, version, 'bg'))?.hash).toBe(hashes.bg);
    const same = unique('n-');
    expect(
      new Set((await Promise.all(Array.from({ length: 5 }, () => record(same, 'еднакъв')))).map(({ version }) => version)),
    ).toEqual(new Set([1]));
  });

  test('refuses no text at all', async () => {
    await expect(record(unique('n-'), '')).rejects.toMatchObject({ code: '23514' });
  });

  test('a text under another hash than its own is refused by the database', async () => {
    await expect(store.app(`insert into notice_text (hash, body) values (sha256('a'), 'b')`)).rejects.toMatchObject({
      code: '23514',
    });
  });

  test('what was never recorded is not found', async () => {
    expect(await findNotice(store.db, 'no-such-notice', 1, 'bg')).toBeUndefined();
    expect(await findNoticeByHash(store.db, '00'.repeat(32))).toBeUndefined();
    expect(await findNoticeByHash(store.db, 'not a hash')).toBeUndefined();
  });
});
