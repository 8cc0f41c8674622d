import { describe, expect, test } from 'vitest';
import { type FormMapping, translateForeign } from './mappings.ts';

const boxes = [
  { value: 'newsletter:email', purposeId: 'p1', channel: 'email' },
  { value: 'offers:sms', purposeId: 'p2', channel: 'sms' },
];
const list: FormMapping = { field: 'l', value: 'list-1', purposeId: 'p1', channel: 'email' };
const translated = (text: string, mappings: readonly FormMapping[] = []) =>
  translateForeign(new URLSearchParams(text), mappings, boxes);

describe('a form made for another product', () => {
  test('ticks nothing by itself, whatever it is called', () => {
    const text = 'EMAIL=a%40b.bg&l=list-1&group%5B1%5D=1&gdpr%5B7%5D=Y&newsletter=1&consent_given=yes&subscribe=Subscribe';
    expect(translated(text).getAll('consent')).toEqual([]);
  });

  test('ticks exactly the box its mapped value stands for, once', () => {
    expect(translated('email=a%40b.bg&l=list-1&l=list-1&l=list-2', [list]).getAll('consent')).toEqual(['newsletter:email']);
    expect(translated('L=list-1&list=list-1&l=LIST-1', [list]).getAll('consent')).toEqual([]);
    const group = { field: 'group[5]', value: '1', purposeId: 'p2', channel: 'sms' };
    expect(translated('group%5B5%5D=1', [group]).getAll('consent')).toEqual(['offers:sms']);
    expect(translated('group%5B5%5D=2', [group]).getAll('consent')).toEqual([]);
  });

  test('cannot tick a box the form does not have', () => {
    expect(translated('l=list-1', [{ ...list, purposeId: 'p9' }]).getAll('consent')).toEqual([]);
    expect(translated('l=list-1', [{ ...list, channel: 'phone' }]).getAll('consent')).toEqual([]);
  });

  test('falls into our trap when it falls into its own', () => {
    expect(translated('b_0a1b2c3d4e5f_6789ab=spam').get('website')).toBe('spam');
    expect(translated('nonce=spam').get('website')).toBe('spam');
    expect(translated('b_0a1b2c3d4e5f_6789ab=&nonce=').get('website')).toBeNull();
  });
});
