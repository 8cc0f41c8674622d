import { describe, expect, test } from 'vitest';
import { companyKey, foldName, nameKey, romanize } from './fold-name.ts';

describe('romanize', () => {
  test.each([
    ['Иван', 'ivan'],
    ['Мария', 'maria'],
    ['Щерев', 'shterev'],
    ['Кънчо', 'kancho'],
    ['Юлия Йорданова', 'yulia yordanova'],
    ['Илиян', 'iliyan'],
    ['Ziółkowska', 'ziołkowska'],
  ])('writes %s as the law does', (name, latin) => expect(romanize(name)).toBe(latin));
});

describe('foldName', () => {
  test.each([
    ['Щерев', ['Shterev', '6terev']],
    ['Гълъбов', ['Galabov', 'Gulubov', 'Galaboff']],
    ['Йордан', ['Yordan', 'Jordan', 'Iordan']],
    ['Юлиян', ['Yuliyan', 'Iulian', 'Julian', 'Yulian']],
    ['Христо', ['Hristo', 'Khristo']],
    ['Мария', ['Maria', 'Mariya', 'Marija', 'Mariq']],
    ['Цветан', ['Tsvetan', 'Tzvetan']],
    ['Живко', ['Zhivko', 'Jivko']],
    ['Чавдар', ['Chavdar', '4avdar', 'Tchavdar']],
    ['Александър', ['Aleksandar', 'Alexandar', 'Alexandur']],
    ['Виктория', ['Viktoria', 'Victoria', 'Viktoriya']],
    ['Петров', ['Petrov', 'Petroff', 'Petrow']],
    ['Анна', ['Ana', 'Anna']],
  ])('finds %s however it is typed', (name, spellings) => {
    for (const spelling of spellings) expect(foldName(spelling), spelling).toBe(foldName(name));
  });

  test.each([
    ['Иван', 'Иво'],
    ['Петров', 'Петрова'],
    ['Георги', 'Григор'],
    ['Стоян', 'Стойчо'],
    ['Милен', 'Милена'],
    ['Ради', 'Роди'],
  ])('keeps %s and %s apart', (one, other) => expect(foldName(one)).not.toBe(foldName(other)));
});

test('a name is the same whichever part comes first, and a company whatever its form', () => {
  expect(nameKey(['Иван', 'Петров'])).toBe(nameKey(['Petrov Ivan', null]));
  expect(companyKey('„Роза“ ООД')).toBe(companyKey('Roza Ltd.'));
  expect(companyKey('ООД')).toBe('');
  expect(nameKey([null, undefined])).toBe('');
});
