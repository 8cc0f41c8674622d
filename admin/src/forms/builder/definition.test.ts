import { describe, expect, test } from 'vitest';
import type { FormBox, FormDefinition } from '../../api/form-types.ts';
import type { Purpose } from '../../api/types.ts';
import { differencesOf, freeBoxes, keysOf, magnetPurposes, moveItem, newBox } from './definition.ts';

const purpose = (changed: Partial<Purpose>): Purpose =>
  ({
    id: 'pur_1',
    slug: 'newsletter',
    name: { bg: 'Бюлетин', en: 'Newsletter' },
    explanation: { bg: 'Пишем Ви.', en: 'We write to you.' },
    legalBasis: 'consent',
    channels: ['email', 'sms'],
    isMarketing: true,
    isSystem: false,
    archivedAt: null,
    ...changed,
  }) as Purpose;

describe('boxes', () => {
  test('are offered once per purpose and channel, and only where people can consent', () => {
    const box = { purpose: 'pur_1', channel: 'email' } as FormBox;
    const offered = freeBoxes(
      [
        purpose({}),
        purpose({ id: 'pur_2', legalBasis: 'contract' }),
        purpose({ id: 'pur_3', archivedAt: '2026-01-01T00:00:00Z' }),
        purpose({ id: 'pur_4', isSystem: true }),
        purpose({ id: 'pur_5', channels: ['post'] }),
      ],
      [box],
    );
    expect(offered.map((one) => [one.purpose.id, one.channels])).toEqual([['pur_1', ['sms']]]);
  });

  test('begin with words in both languages that name the company, the purpose and the channel, and hold no tick', () => {
    const box = newBox(purpose({}), 'sms');
    expect(box.label.bg).toMatch(/\{company\}.*SMS.*Бюлетин/);
    expect(box.label.en).toMatch(/\{company\}.*text messages.*Newsletter/);
    expect(Object.keys(box).sort()).toEqual(['channel', 'hint', 'label', 'purpose']);
  });
});

test('what people get rests on their request and never on marketing', () => {
  const possible = magnetPurposes([
    purpose({}),
    purpose({ id: 'pur_2', legalBasis: 'contract', isMarketing: true }),
    purpose({ id: 'pur_3', legalBasis: 'contract', isMarketing: false, channels: ['phone'] }),
    purpose({ id: 'pur_4', legalBasis: 'contract', isMarketing: false }),
  ]);
  expect(possible.map(({ id }) => id)).toEqual(['pur_4']);
});

test('moving keeps everything and stops at the ends', () => {
  expect(moveItem(['a', 'b', 'c'], 0, 2)).toEqual(['b', 'c', 'a']);
  expect(moveItem(['a', 'b', 'c'], 0, -1)).toEqual(['a', 'b', 'c']);
  expect(moveItem(['a', 'b', 'c'], 2, 3)).toEqual(['a', 'b', 'c']);
});

test('two of the same have keys of their own', () => {
  expect(new Set(keysOf(['x', 'y', 'x'], (one) => one)).size).toBe(3);
});

test('two wordings are laid side by side text by text, also where one has nothing', () => {
  const mine = { title: { bg: 'А', en: 'A' }, fields: [{ key: 'email', required: true }] } as unknown as FormDefinition;
  const theirs = { title: { bg: 'Б', en: 'A' }, fields: [], magnet: null } as unknown as FormDefinition;
  expect(differencesOf(mine, theirs)).toEqual([
    { place: 'title.bg', mine: 'А', theirs: 'Б' },
    { place: 'fields.0.key', mine: 'email', theirs: undefined },
    { place: 'fields.0.required', mine: 'true', theirs: undefined },
  ]);
});
