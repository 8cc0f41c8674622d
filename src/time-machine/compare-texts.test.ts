import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareTexts } from './compare-texts.ts';
import { textOfPage } from './text-of-page.ts';

describe('compareTexts', () => {
  test('names the words that were added and removed, in Cyrillic as in Latin letters', () => {
    expect(compareTexts('Ще Ви пишем веднъж месечно.', 'Ще Ви пишем два пъти месечно.')).toEqual([
      { kind: 'same', text: 'Ще Ви пишем ' },
      { kind: 'removed', text: 'веднъж' },
      { kind: 'added', text: 'два' },
      { kind: 'same', text: ' ' },
      { kind: 'added', text: 'пъти ' },
      { kind: 'same', text: 'месечно.' },
    ]);
  });

  test('loses nothing: without what was added it gives the first text, without what was removed the second', () => {
    const text = fc
      .array(fc.constantFrom('и', 'Иван', ' ', '\n', '.', 'ì', '👍', 'a'), { maxLength: 40 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const parts = compareTexts(before, after);
        const without = (kind: string) =>
          parts
            .filter((part) => part.kind !== kind)
            .map((part) => part.text)
            .join('');
        expect(without('added')).toBe(before);
        expect(without('removed')).toBe(after);
      }),
    );
  });

  test('a megabyte against another takes no more than a moment', () => {
    const before = Array.from({ length: 40_000 }, (_, at) => `дума ${at}\n`).join('');
    const began = performance.now();
    const parts = compareTexts(before, before.replace('дума 777\n', 'нещо\n'));
    expect(parts.map(({ kind }) => kind)).toEqual(['same', 'removed', 'added', 'same']);
    expect(performance.now() - began).toBeLessThan(5000);
  });
});

describe('textOfPage', () => {
  test('reads what people read, a line for each paragraph, and no markup', () => {
    const page =
      '<html><head><title>T</title></head><body><a class="skip" href="#main">Към съдържанието</a><h1>Бюлетин</h1><p>Ние &amp; Вие</p>' +
      '<div class="trap" aria-hidden="true"><label for="website">x</label><input></div>' +
      '<div class="tick"><input type="checkbox" id="b"><label for="b">Да, пишете ми</label><p class="hint">Веднъж</p></div>' +
      '<p>до <time data-blank="until"></time></p></body></html>';
    expect(textOfPage(page)).toBe('Бюлетин\nНие & Вие\n☐ Да, пишете ми\nВеднъж\nдо …');
  });

  test('never makes markup of what was written as text', () => {
    expect(textOfPage('<body><p>&lt;script&gt;alert(1)&lt;/script&gt; &amp;lt;</p></body>')).toBe(
      '<script>alert(1)</script> &lt;',
    );
  });
});
