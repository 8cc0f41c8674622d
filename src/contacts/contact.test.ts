import { describe, expect, test } from 'vitest';
import { displayName, readFact } from './contact.ts';

describe('readFact', () => {
  test.each([
    ['given_name', ' Мария ', 'Мария'],
    ['given_name', 'Мария 🌻', 'Мария 🌻'],
    ['given_name', '👩‍🚒', '👩‍🚒'],
    ['given_name', '👩🏽‍🔬', '👩🏽‍🔬'],
    ['family_name', "D'Angelo-Müller", "D'Angelo-Müller"],
    ['family_name', 'Йорданова'.normalize('NFD'), 'Йорданова'],
    ['note', 'one\r\ntwo', 'one\r\ntwo'],
    ['note', '', null],
    ['city', '   ', null],
  ] as const)('%s takes %j', (field, typed, value) => {
    expect(readFact(field, typed)).toEqual({ value });
  });

  test.each([
    ['given_name', 'Мар\0ия', 'forbidden-characters'],
    ['given_name', 'evil\u202Etxt.exe', 'forbidden-characters'],
    ['given_name', 'Ма\u200Dрия', 'forbidden-characters'],
    ['given_name', 'one\ntwo', 'forbidden-characters'],
    ['note', 'line\u2028line', 'forbidden-characters'],
    ['note', 'a\rb', 'forbidden-characters'],
    ['given_name', 'x'.repeat(101), 'too-long'],
    ['note', 'x'.repeat(5001), 'too-long'],
  ] as const)('%s refuses %j: %s', (field, typed, problem) => {
    expect(readFact(field, typed)).toEqual({ problem });
  });
});

test('a contact without a name is shown by its address, and without one by nothing', () => {
  expect(displayName({ given_name: 'Мария', family_name: null, primary_email: 'a@b.bg' })).toBe('Мария');
  expect(displayName({ given_name: null, family_name: null, primary_email: 'a@b.bg' })).toBe('a@b.bg');
  expect(displayName({ given_name: null, family_name: null, primary_email: null })).toBe('');
});
