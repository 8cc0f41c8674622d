import { describe, expect, test } from 'vitest';
import { FileRefused } from './file-refused.ts';
import { sniffKind, wideByteOrder } from './sniff-kind.ts';

const refusal = (head: Buffer) => {
  try {
    return sniffKind(head);
  } catch (thrown) {
    if (thrown instanceof FileRefused) return thrown.code;
    throw thrown;
  }
};
const table = 'Име;Имейл\r\nМария;maria@example.bg\r\n';
const bigEndian = (text: string) => Buffer.from(text, 'utf16le').swap16();

describe('What a file is, whatever its name says', () => {
  test.each<[string, Buffer, string]>([
    ['a table', Buffer.from(table), 'text'],
    ['a table in UTF-16', Buffer.from(`\ufeff${table}`, 'utf16le'), 'text'],
    ['a table in UTF-16 without its mark', bigEndian(table), 'text'],
    ['cards', Buffer.from('BEGIN:VCARD\r\nVERSION:3.0\r\n'), 'vcard'],
    ['cards with a mark', Buffer.from('\ufeffbegin:vcard\n'), 'vcard'],
    ['cards in UTF-16', Buffer.from('\ufeffBEGIN:VCARD\n', 'utf16le'), 'vcard'],
    ['an archive', Buffer.from('PK\u0003\u0004'), 'zip'],
    ['nothing', Buffer.alloc(0), 'import-file-empty'],
    ['spaces', Buffer.from(' \r\n\t \r\n'), 'import-file-empty'],
    ['an old workbook', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1]), 'import-file-old-excel'],
    [
      'a workbook with a password',
      Buffer.concat([Buffer.from([0xd0, 0xcf, 0x11, 0xe0]), Buffer.from('EncryptedPackage', 'utf16le')]),
      'import-file-locked',
    ],
    ['a web page named .xls', Buffer.from('<html><table><tr>'), 'import-file-web-page'],
    ['JSON', Buffer.from('[{"email":"maria@example.bg"}]'), 'import-file-json'],
    ['gzip', Buffer.from([0x1f, 0x8b, 8]), 'import-file-compressed'],
    ['a PDF', Buffer.from('%PDF-1.7'), 'import-file-unknown-kind'],
    ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47]), 'import-file-unknown-kind'],
    ['a program', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]), 'import-file-unknown-kind'],
  ])('is seen in its bytes: %s', (_, head, kind) => {
    expect(refusal(head)).toBe(kind);
  });

  test('a table with a NUL in it is still a table', () => {
    expect(refusal(Buffer.from(`${table}Ив\u0000ан;ivan@example.bg\r\n`))).toBe('text');
  });

  test('the byte order of UTF-16 is found in Latin and in Cyrillic text, and never in UTF-8 or windows-1251', () => {
    for (const text of [table, 'email,name\na@example.org,Ann\n', 'Петър;Иванов;София\n']) {
      expect(wideByteOrder(Buffer.from(text, 'utf16le'))).toBe('le');
      expect(wideByteOrder(bigEndian(text))).toBe('be');
      expect(wideByteOrder(Buffer.from(text))).toBeNull();
    }
  });
});
