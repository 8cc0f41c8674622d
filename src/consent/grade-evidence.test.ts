import { describe, expect, test } from 'vitest';
import { entryKinds } from '#src/ledger/entry.ts';
import { type GradedEntry, gradeEvidence } from './grade-evidence.ts';

const given = (about: Omit<GradedEntry, 'kind'>) => gradeEvidence({ kind: 'consent-given', ...about });
const person = { actor: { kind: 'contact' }, method: 'confirmation-page', noticeHash: 'ab'.repeat(32) } as const;
const staff = { actor: { kind: 'staff' }, method: 'phone', noticeHash: 'ab'.repeat(32) } as const;
const imported = { actor: { kind: 'import' }, method: 'import' } as const;

describe('how well a consent is proven', () => {
  test('A: our text, confirmed from their own address', () => {
    expect(given({ ...person, evidence: { shown: 'here' } })).toBe('A');
    expect(gradeEvidence({ ...person, kind: 'consent-renewed', evidence: { shown: 'here' } })).toBe('A');
  });

  test('B: confirmed, but the first text was rendered elsewhere, or nobody knows by whom, or is not kept', () => {
    expect(given({ ...person, evidence: { shown: 'elsewhere', page: 'https://shop.example' } })).toBe('B');
    expect(given({ ...person, evidence: {} })).toBe('B');
    expect(given({ ...person, noticeHash: null, evidence: { shown: 'here' } })).toBe('B');
  });

  test('C: recorded by staff with a file', () => {
    expect(given({ ...staff, evidence: { file: 'evf_1', note: 'signed at the fair' } })).toBe('C');
  });

  test('D: recorded by staff with a note, or imported with time and network address', () => {
    expect(given({ ...staff, evidence: { note: 'said so on the phone' } })).toBe('D');
    expect(given({ ...imported, evidence: { optinTime: '2025-03-01T10:00:00Z', optinIp: '203.0.113.7' } })).toBe('D');
  });

  test('E: somebody says so', () => {
    expect(given({ ...imported, evidence: { optinTime: '2025-03-01T10:00:00Z' } })).toBe('E');
    expect(given({ ...imported, evidence: { optinIp: '203.0.113.7' } })).toBe('E');
    expect(given({ ...staff, evidence: { note: '  ', file: '' } })).toBe('E');
    expect(given({ ...staff })).toBe('E');
    expect(given({ ...person, method: 'some-other-page', evidence: { shown: 'here' } })).toBe('E');
    expect(given({ actor: { kind: 'api' }, method: 'api', evidence: { shown: 'here', file: 'x', note: 'x' } })).toBe('E');
  });

  test('staff cannot claim to have been the person', () => {
    expect(given({ ...staff, method: 'confirmation-page', evidence: { shown: 'here' } })).toBe('E');
  });

  test('what is no consent has no grade', () => {
    for (const kind of entryKinds.filter((one) => one !== 'consent-given' && one !== 'consent-renewed')) {
      expect(gradeEvidence({ ...person, kind, evidence: { shown: 'here' } })).toBeUndefined();
    }
  });
});
