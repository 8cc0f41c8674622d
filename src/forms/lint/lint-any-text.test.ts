import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareVersions } from '../compare-versions.ts';
import type { FormDefinition } from '../form.ts';
import { lintForm } from './lint-form.ts';

const pieces = [
  ...[
    'ако не',
    'by sending',
    'you',
    'agree',
    'до',
    'с изпращането',
    'съгласявате',
    'партньори',
    'not',
    'не',
    '.',
    '!',
    ' ',
    '  ',
    '\u200B',
    '{company}',
    '{x}',
  ],
  ...[
    'тик',
    'untick',
    'if you do not',
    'а'.repeat(60),
    '1 000',
    '14,5',
    'www.example.bg/a',
    '✅',
    'ВСИЧКИ',
    '(',
    ')',
    '[',
    '\\',
    '*',
    '+',
    '?',
    '$',
    '^',
    '|',
  ],
];

const anyText = (longest: number) =>
  fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((some) => some.join(' ').slice(0, longest));
const anyTexts = (longest: number) => fc.record({ bg: anyText(longest), en: anyText(longest) });
const anyForm: fc.Arbitrary<FormDefinition> = fc.record(
  {
    title: anyTexts(150),
    intro: anyTexts(600),
    fields: fc.array(
      fc.record({
        key: fc.constantFrom('email', 'given_name', 'own_a', 'own_b'),
        label: anyTexts(80),
        reason: anyTexts(300),
        required: fc.boolean(),
      }),
      { maxLength: 5 },
    ),
    boxes: fc.array(
      fc.record({
        purpose: fc.constant('019ab1c0-d3f4-7a0e-8b1c-2d3e4f5a6b7c'),
        channel: fc.constantFrom('email', 'sms', 'phone', 'none'),
        label: anyTexts(400),
        hint: anyTexts(400),
      }),
      { maxLength: 5 },
    ),
    submit: anyTexts(60),
    mail: fc.record({ subject: anyTexts(120), text: anyTexts(600) }),
    done: fc.record({ title: anyTexts(150), text: anyTexts(600) }),
  },
  { requiredKeys: ['title', 'intro', 'fields', 'boxes', 'submit', 'done'] },
);
/** Milliseconds. A text that makes an expression go back and forth takes many seconds; a busy machine does not. */
const AT_ONCE = 1000;
const nothing = { purposes: [], files: new Set<string>() };
const [plain] = fc.sample(anyForm, { numRuns: 1, seed: 1 });

describe('Whatever somebody writes into a form', () => {
  test('it is looked at without failing and at once: an answer for every keystroke', () => {
    fc.assert(
      fc.property(anyForm, (form) => {
        const started = performance.now();
        const findings = lintForm(form, nothing);
        expect(performance.now() - started).toBeLessThan(AT_ONCE);
        expect(lintForm(form, nothing)).toEqual(findings);
      }),
      { numRuns: 300 },
    );
  });

  test('texts made to be slow are not', () => {
    const slow = [
      'by sending '.repeat(54),
      'ако не възразите '.repeat(35),
      'untick '.repeat(85),
      'our '.repeat(150),
      `${'А'.repeat(599)}а`,
      '1 000 '.repeat(100),
      'a.'.repeat(300),
      `${'-'.repeat(599)}.`,
    ];
    for (const text of slow) {
      if (!plain) throw new Error('there is a form');
      const form = { ...plain, intro: { bg: text, en: text } };
      const started = performance.now();
      lintForm(form, nothing);
      expect(performance.now() - started, text.slice(0, 20)).toBeLessThan(AT_ONCE);
    }
  });

  test('nothing differs from itself, and what was added one way was removed the other', () => {
    fc.assert(
      fc.property(anyForm, anyForm, (one, other) => {
        expect(compareVersions(one, structuredClone(one))).toEqual([]);
        const count = (changes: ReturnType<typeof compareVersions>, kind: string) =>
          changes.filter((change) => change.kind === kind).length;
        const [there, back] = [compareVersions(one, other), compareVersions(other, one)];
        expect(count(there, 'added')).toBe(count(back, 'removed'));
        expect(count(there, 'removed')).toBe(count(back, 'added'));
      }),
      { numRuns: 200 },
    );
  });
});
