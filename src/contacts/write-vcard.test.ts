import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DescribedContact } from './describe-contact.ts';
import { writeVcard } from './write-vcard.ts';

function contactWith(facts: Record<string, string>, post?: string): DescribedContact {
  const at = new Date('2026-11-23T10:20:30.456Z');
  const origin = {} as DescribedContact['origin'];
  const point = { isPrimary: true, verifiedAt: null, mustConfirm: false, provenance: [], createdAt: at };
  return {
    id: '0192f3a4-5b6c-7d8e-9f00-112233445566',
    name: [facts.given_name, facts.family_name].filter(Boolean).join(' '),
    state: 'active',
    mergedInto: null,
    language: 'bg',
    country: 'BG',
    facts: Object.entries(facts).map(([field, value]) => ({ field, value, provenance: [], changedAt: at })),
    points: [
      { ...point, id: '1', kind: 'email', value: 'maria@example.bg', original: 'maria@example.bg' },
      { ...point, id: '2', kind: 'phone', value: '+359888123456', original: '0888123456' },
      ...(post === undefined ? [] : [{ ...point, id: '3', kind: 'post' as const, value: post, original: post }]),
    ],
    origin,
    createdAt: at,
    updatedAt: at,
  };
}

const unfold = (card: string) => card.replaceAll('\r\n ', '');
const withoutEscapes = (text: string) =>
  text.replace(/\\([\\,;nN])/g, (_, letter: string) => (letter.toLowerCase() === 'n' ? '\n' : letter));
const propertyOf = (card: string, property: string) =>
  withoutEscapes(
    unfold(card)
      .split('\r\n')
      .find((line) => line.startsWith(`${property}:`))
      ?.slice(property.length + 1) ?? '',
  );
const words = fc.string({ unit: fc.constantFrom(...'aZ9 ,;:\\"^nN\'', 'я', 'щ', '中', '🌻', '👩‍🚒', '\n'), maxLength: 300 });

describe('writeVcard', () => {
  test('folds at 75 octets, inside no character, and unfolds to the same words', () => {
    fc.assert(
      fc.property(words, words, (note, name) => {
        const given = name.replaceAll('\n', ' ').trim() || 'Мария';
        const card = writeVcard(contactWith({ given_name: given, note: note || 'x' }, note || 'x'));
        for (const line of card.split('\r\n')) {
          expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
          expect(line).not.toContain('\uFFFD');
        }
        expect(propertyOf(card, 'NOTE')).toBe(note || 'x');
        expect(propertyOf(card, 'FN')).toBe(given);
        expect(Buffer.from(card, 'utf8').toString('utf8')).toBe(card);
      }),
    );
  });

  test('is a vCard 4.0 with everything an address book takes over', () => {
    const card = unfold(
      writeVcard(
        contactWith(
          { given_name: 'Мария', family_name: 'Георгиева', company: 'Роза; син и Ко', job_title: 'Управител' },
          'ул. „Шипка“ 5\nСофия',
        ),
      ),
    );
    expect(card.split('\r\n')).toEqual([
      'BEGIN:VCARD',
      'VERSION:4.0',
      'UID:urn:uuid:0192f3a4-5b6c-7d8e-9f00-112233445566',
      'FN:Мария Георгиева',
      'N:Георгиева;Мария;;;',
      'ORG:Роза\\; син и Ко',
      'TITLE:Управител',
      'EMAIL;PREF=1:maria@example.bg',
      'TEL;VALUE=uri;PREF=1:tel:+359888123456',
      'ADR;PREF=1;LABEL="ул. „Шипка“ 5^nСофия":;;ул. „Шипка“ 5\\nСофия;;;;',
      'LANG:bg',
      'REV:20261123T102030Z',
      'END:VCARD',
      '',
    ]);
  });

  test('nobody writes a property of their own into it', () => {
    const card = unfold(
      writeVcard(contactWith({ given_name: 'x', note: 'a\nEMAIL:evil@example.com\r\nEND:VCARD' }, '"\nTEL:112')),
    );
    expect(card.match(/^EMAIL/gm)).toHaveLength(1);
    expect(card.match(/^END:VCARD/gm)).toHaveLength(1);
    expect(card.match(/^TEL/gm)).toHaveLength(1);
  });
});
