import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readEmail, readPhone, readPostalAddress } from './addresses.ts';

describe('readEmail', () => {
  test.each([
    [
      ' Maria.Georgieva+news@Example.BG ',
      'Maria.Georgieva+news@Example.BG',
      'Maria.Georgieva+news@example.bg',
      'maria.georgieva+news@example.bg',
    ],
    ['иван@пример.бг', 'иван@пример.бг', 'иван@xn--e1afmkfd.xn--90ae', 'иван@xn--e1afmkfd.xn--90ae'],
    ['ИВАН@ПРИМЕР.БГ', 'ИВАН@ПРИМЕР.БГ', 'ИВАН@xn--e1afmkfd.xn--90ae', 'иван@xn--e1afmkfd.xn--90ae'],
    ['ivan@пример.com', 'ivan@пример.com', 'ivan@xn--e1afmkfd.com', 'ivan@xn--e1afmkfd.com'],
    ['jürgen@müller.de', 'jürgen@müller.de', 'jürgen@xn--mller-kva.de', 'jürgen@xn--mller-kva.de'],
    [
      "o'neil!#$%&*/=?^_`{|}~-@a-b.co.uk",
      "o'neil!#$%&*/=?^_`{|}~-@a-b.co.uk",
      "o'neil!#$%&*/=?^_`{|}~-@a-b.co.uk",
      "o'neil!#$%&*/=?^_`{|}~-@a-b.co.uk",
    ],
  ])('reads %s', (typed, original, normalised, matchKey) => {
    expect(readEmail(typed)).toEqual({ original, normalised, matchKey });
  });

  test('recognises one address however its letters are composed', () => {
    expect(readEmail('Йордан@example.bg'.normalize('NFD'))).toEqual(readEmail('Йордан@example.bg'));
  });

  test('keeps apart what may be two people: dots and tags', () => {
    const keys = ['a.b@gmail.com', 'ab@gmail.com', 'a.b+x@gmail.com'].map(
      (text) => (readEmail(text) as { matchKey: string }).matchKey,
    );
    expect(new Set(keys).size).toBe(3);
  });

  test.each([
    ['', 'missing'],
    ['   ', 'missing'],
    ['maria', 'invalid-email'],
    ['@example.bg', 'invalid-email'],
    ['maria@', 'invalid-email'],
    ['maria@localhost', 'invalid-email'],
    ['maria@example..bg', 'invalid-email'],
    ['.maria@example.bg', 'invalid-email'],
    ['ma..ria@example.bg', 'invalid-email'],
    ['maria@-example.bg', 'invalid-email'],
    ['maria@example.123', 'invalid-email'],
    ['maria@[127.0.0.1]', 'invalid-email'],
    ['"ma ria"@example.bg', 'invalid-email'],
    ['Мария <maria@example.bg>', 'invalid-email'],
    ['maria@example.bg, ivan@example.bg', 'invalid-email'],
    ['maria@example.bg\nBcc: all@example.bg', 'forbidden-characters'],
    ['maria\0@example.bg', 'forbidden-characters'],
    ['maria\u202Egb@example.bg', 'forbidden-characters'],
    ['ma\u200Bria@example.bg', 'forbidden-characters'],
    ['ma\u00ADria@example.bg', 'forbidden-characters'],
    ['maria\uFE0F@example.bg', 'forbidden-characters'],
    ['ma\u3164ria@example.bg', 'forbidden-characters'],
    ['mаria@example.bg', 'mixed-alphabets'],
    ['maria@exаmple.bg', 'mixed-alphabets'],
    ['maria@ехample.bg', 'mixed-alphabets'],
    ['αlpha@example.bg', 'mixed-alphabets'],
    [`${'a'.repeat(65)}@example.bg`, 'invalid-email'],
    [`${'ж'.repeat(33)}@example.bg`, 'invalid-email'],
    [`a@${'b'.repeat(64)}.bg`, 'invalid-email'],
    [`a@${'b.'.repeat(130)}bg`, 'too-long'],
    // Short as typed, too long on the wire.
    [`${'ivan'.repeat(10)}@${`${'щ'.repeat(20)}.`.repeat(8)}бг`, 'too-long'],
  ])('refuses %j: %s', (typed, problem) => {
    expect(readEmail(typed)).toEqual({ problem });
  });

  test('never throws, and reads its own normal form as itself', () => {
    const parts = fc.string({ unit: fc.constantFrom(...'abzАбЯёßİıſﬀµøé.+-_@xn-1中ﾠ。｡'), maxLength: 20 });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.tuple(parts, parts).map(([one, other]) => `${one}@${other}.bg`),
          fc.emailAddress(),
        ),
        (text) => {
          const read = readEmail(text);
          if ('problem' in read) return;
          expect(readEmail(read.normalised)).toEqual({ ...read, original: read.normalised });
          const again = readEmail(read.matchKey);
          if (!('problem' in again)) expect(again.matchKey).toBe(read.matchKey);
          expect(Buffer.byteLength(read.normalised)).toBeLessThanOrEqual(254);
          expect(read.normalised).not.toMatch(/[\s\p{Cc}<>,;]/u);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('readPhone', () => {
  test.each([
    ['088 812 34 56', 'BG', '+359888123456'],
    ['+359 (0)88 812-34-56', 'BG', '+359888123456'],
    ['0049 30 123456', 'BG', '+4930123456'],
    ['030 123456', 'DE', '+4930123456'],
    ['+359 2 123 4567 ext. 12', 'BG', '+35921234567;ext=12'],
  ])('reads %s in %s', (typed, country, normalised) => {
    expect(readPhone(typed, country)).toMatchObject({ normalised, matchKey: normalised });
  });

  test.each([
    ['', 'missing'],
    ['call me', 'invalid-phone'],
    ['12', 'invalid-phone'],
    ['088\u202E812', 'forbidden-characters'],
    ['1'.repeat(51), 'too-long'],
  ])('refuses %j: %s', (typed, problem) => {
    expect(readPhone(typed, 'BG')).toEqual({ problem });
  });

  test('never throws, not even for a country that does not exist', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ maxLength: 3 }), (text, country) => void readPhone(text, country)),
    );
  });
});

describe('readPostalAddress', () => {
  test('keeps the lines and recognises the same address written with other commas', () => {
    const one = readPostalAddress(' ул. „Шипка“ 5,\r\n\r\n 1000 София ');
    expect(one).toMatchObject({ original: 'ул. „Шипка“ 5,\n1000 София' });
    expect((readPostalAddress('Ул „Шипка“ 5\n1000 София') as { matchKey: string }).matchKey).toBe(
      (one as { matchKey: string }).matchKey,
    );
  });

  test.each([
    ['', 'missing'],
    ['\n \n', 'missing'],
    ['ул.\0 Шипка', 'forbidden-characters'],
    ['x'.repeat(1001), 'too-long'],
  ])('refuses %j: %s', (typed, problem) => {
    expect(readPostalAddress(typed)).toEqual({ problem });
  });
});
