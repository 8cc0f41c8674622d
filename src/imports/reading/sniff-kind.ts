import { FileRefused } from './file-refused.ts';

/** What the first bytes of a file are. The name decides nothing: people rename what does not open. */
export type SniffedKind = 'zip' | 'vcard' | 'text';

/**
 * @param head The first 4 KB at least, or the whole file.
 * @throws FileRefused for what we know and do not read, each with its own way out
 */
export function sniffKind(head: Buffer): SniffedKind {
  if (head.length === 0) throw new FileRefused('import-file-empty');
  if (starts(head, 0x50, 0x4b, 0x03, 0x04) || starts(head, 0x50, 0x4b, 0x05, 0x06)) return 'zip';
  if (starts(head, 0xd0, 0xcf, 0x11, 0xe0)) {
    // The container of the old workbooks, and of new ones locked with a password.
    const locked = head.includes(Buffer.from('EncryptedPackage', 'utf16le'));
    throw new FileRefused(locked ? 'import-file-locked' : 'import-file-old-excel');
  }
  if (
    starts(head, 0x1f, 0x8b) || // gzip
    starts(head, 0x37, 0x7a, 0xbc, 0xaf) || // 7z
    starts(head, 0x52, 0x61, 0x72, 0x21) || // Rar!
    starts(head, 0x42, 0x5a, 0x68) || // bzip2
    starts(head, 0xfd, 0x37, 0x7a, 0x58) || // xz
    starts(head, 0x28, 0xb5, 0x2f, 0xfd) // zstd
  )
    throw new FileRefused('import-file-compressed');
  if (starts(head, 0x25, 0x50, 0x44, 0x46) || starts(head, 0x89, 0x50, 0x4e, 0x47) || starts(head, 0xff, 0xd8, 0xff))
    throw new FileRefused('import-file-unknown-kind');
  if (isWide(head)) return startsAsCard(wideText(head)) ? 'vcard' : 'text';

  const text = head
    .toString('latin1')
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .trimStart();
  if (text === '' && head.length < 4096) throw new FileRefused('import-file-empty');
  if (/^(<!doctype html|<html|<table|<\?xml|<div|<meta)/i.test(text)) throw new FileRefused('import-file-web-page');
  if (/^(\[\s*[{[]|\{\s*")/.test(text)) throw new FileRefused('import-file-json');
  if (text.startsWith('{\\rtf')) throw new FileRefused('import-file-unknown-kind');
  if (startsAsCard(text)) return 'vcard';
  // A damaged table has a NUL here and there; a program or a picture is full of what no text has.
  let strange = 0;
  for (const byte of head) if (byte < 9 || (byte > 13 && byte < 32 && byte !== 27)) strange++;
  if (strange > head.length / 10) throw new FileRefused('import-file-unknown-kind');
  return 'text';
}

function starts(head: Buffer, ...bytes: readonly number[]): boolean {
  return bytes.every((byte, at) => head[at] === byte);
}

function startsAsCard(text: string): boolean {
  return /^\s*BEGIN\s*:\s*VCARD/i.test(text);
}

function isWide(head: Buffer): boolean {
  return wideByteOrder(head) !== null;
}

function wideText(head: Buffer): string {
  const order = wideByteOrder(head);
  return new TextDecoder(order === 'be' ? 'utf-16be' : 'utf-16le').decode(head.subarray(0, 200));
}

/**
 * The byte order of UTF-16, with its mark or without: line breaks, commas and Latin letters then have a zero byte each, and
 * Cyrillic ones a 4, always on the same side.
 */
export function wideByteOrder(head: Buffer): 'le' | 'be' | null {
  if (starts(head, 0xff, 0xfe)) return 'le';
  if (starts(head, 0xfe, 0xff)) return 'be';
  let even = 0;
  let odd = 0;
  const pairs = Math.floor(Math.min(head.length, 4096) / 2);
  for (let at = 0; at < pairs * 2; at += 2) {
    if (isHighByte(head[at])) even++;
    if (isHighByte(head[at + 1])) odd++;
  }
  if (pairs < 2) return null;
  if (odd > pairs * 0.9 && even < pairs * 0.1) return 'le';
  if (even > pairs * 0.9 && odd < pairs * 0.1) return 'be';
  return null;
}

function isHighByte(byte: number | undefined): boolean {
  return byte === 0 || byte === 4;
}
