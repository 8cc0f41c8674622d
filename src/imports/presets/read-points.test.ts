import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readEmail, readPhone } from '#src/contacts/addresses.ts';
import addresses from '#test/vectors/email-addresses.json' with { type: 'json' };
import { readEmailCell, readPhoneCell } from './read-points.ts';

describe('The short way of reading an address', () => {
  test('says of every e-mail address what the long one says', () => {
    const near = fc.string({ unit: fc.constantFrom(...'ab1._+-@xnбÀ '), maxLength: 14 });
    const built = fc
      .tuple(near, fc.stringMatching(/^[a-z0-9.-]{1,12}$/), fc.constantFrom('bg', 'com', 'xn--90ae', '1', 'x', 'museum'))
      .map(([local, domain, top]) => `${local}@${domain}.${top}`);
    fc.assert(
      fc.property(fc.oneof(built, near, fc.emailAddress()), (text) => {
        expect(readEmailCell(text)).toEqual(readEmail(text));
      }),
      { numRuns: 20_000 },
    );
  });

  test('says of every Bulgarian telephone number what the long one says', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789 '), minLength: 6, maxLength: 12 });
    fc.assert(
      fc.property(
        fc.constantFrom('0', '+359', '+359 ', '+3590', ''),
        digits,
        fc.constantFrom('BG', 'DE'),
        (start, rest, country) => {
          const text = `${start}${rest}`.trim();
          const long = readPhone(text, country);
          const short = readPhoneCell(text, country);
          if (!('problem' in long)) expect(short).toEqual(long);
        },
      ),
      { numRuns: 20_000 },
    );
  });

  test('a number without its plus or its zero, as spreadsheets leave it, is still found', () => {
    expect(readPhoneCell('359888123456', 'BG')).toMatchObject({ normalised: '+359888123456', original: '359888123456' });
    expect(readPhoneCell('888123456', 'BG')).toMatchObject({ normalised: '+359888123456' });
    expect(readPhoneCell('00359 888 123 456', 'BG')).toMatchObject({ normalised: '+359888123456' });
    expect(readPhoneCell('(02) 987-65-43', 'BG')).toMatchObject({ normalised: '+35929876543' });
    expect(readPhoneCell('+44 20 7946 0958', 'BG')).toMatchObject({ normalised: '+442079460958' });
    expect(readPhoneCell('030 123456', 'DE')).toMatchObject({ normalised: '+4930123456' });
    expect(readPhoneCell('12', 'BG')).toEqual({ problem: 'invalid-phone' });
    expect(readPhoneCell('няма', 'BG')).toEqual({ problem: 'invalid-phone' });
  });
});

describe('The addresses of isemail', () => {
  // Ends of domains that the root has never had.
  const beyond = ['test@iana.a', 'test@iana.co-uk'];
  test.each(addresses)('$address ($category)', ({ address, category }) => {
    const read = readEmailCell(address);
    const isRight = (category === 'VALID' || category === 'DNSWARN') && !beyond.includes(address);
    if (isRight) expect(read).toMatchObject({ original: address });
    // Quoted, commented, literal and obsolete forms are right somewhere, and nobody's address in a list of people.
    else expect(read).toHaveProperty('problem');
  });
});
