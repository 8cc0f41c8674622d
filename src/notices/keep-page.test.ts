import { describe, expect, test } from 'vitest';
import { unique, useStore } from '#test/support/factories.ts';
import { findKeptPage } from './find-kept-page.ts';
import { keepPage } from './keep-page.ts';

const store = useStore();
const surface = 'preferences' as const;
const keep = (html: string, language: 'bg' | 'en' = 'bg', stylesheet = 'p{}') =>
  store.write((tx) => keepPage(tx, { surface, language, html, stylesheet }));
const later = () => new Date(Date.now() + 60_000);
const find = (at: Date, language: 'bg' | 'en' = 'bg') =>
  findKeptPage(store.db, { surface, language, formVersionId: undefined }, at);

describe('a kept page', () => {
  test('is kept once as long as it looks the same, and anew when a byte of it or of its stylesheet differs', async () => {
    const html = unique('<p>');
    expect(await keep(html)).toBe(true);
    expect(await keep(html)).toBe(false);
    expect(await keep(html, 'bg', 'p{color:red}')).toBe(true);
    expect(await keep(html, 'bg')).toBe(true);
    expect(await keep(`${html}.`)).toBe(true);
    expect((await find(later()))?.html).toBe(`${html}.`);
  });

  test('is found as it looked at the moment asked for, and marked when nobody had kept it by then', async () => {
    const [first, second] = [unique('<p>'), unique('<p>')];
    await keep(first, 'en');
    const between = (await store.app('select clock_timestamp()::timestamptz(3) as at')).rows[0].at as Date;
    await new Promise((resolve) => setTimeout(resolve, 5));
    await keep(second, 'en');
    expect(await find(between, 'en')).toMatchObject({ html: first, isReconstructed: false });
    expect(await find(later(), 'en')).toMatchObject({ html: second, isReconstructed: false });
    expect(await find(new Date('2020-01-01'), 'en')).toMatchObject({ html: first, isReconstructed: true });
  });

  test.each(['kept_page', 'kept_page_part'])(
    '%s is a fact: nobody changes, deletes or empties it, not even the owner',
    async (table) => {
      await keep(unique('<p>'));
      for (const run of [store.app, store.owner]) {
        await expect(run(`update ${table} set ${table === 'kept_page' ? `language = 'en'` : `body = 'x'`}`)).rejects.toThrow();
        await expect(run(`delete from ${table}`)).rejects.toThrow();
        await expect(run(`truncate ${table} cascade`)).rejects.toThrow();
      }
    },
  );

  test('bytes under another hash than their own are refused by the database', async () => {
    await expect(store.owner(`insert into kept_page_part (hash, body) values (sha256('a'), 'b')`)).rejects.toMatchObject({
      code: '23514',
    });
  });

  test('the program cannot say when it was kept', async () => {
    await keep(unique('<p>'));
    await expect(
      store.app(`insert into kept_page (surface, language, html_hash, stylesheet_hash, kept_at)
        select surface, language, html_hash, stylesheet_hash, '2020-01-01' from kept_page limit 1`),
    ).rejects.toMatchObject({ code: '42501' });
  });
});
