/** What can show that somebody said yes: a scan, a photograph, a recording. */
export const evidenceTypes = [
  'application/pdf',
  'image/jpeg',
  'image/png',
  'image/webp',
  'audio/mpeg',
  'audio/mp4',
  'audio/ogg',
  'audio/wav',
] as const;
export type EvidenceType = (typeof evidenceTypes)[number];

/** Largest file: ten minutes of a call, or a scan of several pages. */
export const MOST_BYTES = 10 * 1024 * 1024;

export const extensions: Readonly<Record<EvidenceType, string>> = {
  'application/pdf': 'pdf',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'audio/mpeg': 'mp3',
  'audio/mp4': 'm4a',
  'audio/ogg': 'ogg',
  'audio/wav': 'wav',
};

/**
 * What a file is by its first bytes; undefined for anything that is not accepted. What its name or sender says is not asked:
 * a page of HTML called `form.pdf` is a page of HTML.
 */
export function evidenceTypeOf(content: Uint8Array): EvidenceType | undefined {
  const text = (from: number, to: number) => Buffer.from(content.subarray(from, to)).toString('latin1');
  if (text(0, 5) === '%PDF-') return 'application/pdf';
  if (text(0, 3) === '\xff\xd8\xff') return 'image/jpeg';
  if (text(0, 8) === '\x89PNG\r\n\x1a\n') return 'image/png';
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'WEBP') return 'image/webp';
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'WAVE') return 'audio/wav';
  if (text(0, 4) === 'OggS') return 'audio/ogg';
  if (text(4, 8) === 'ftyp' && /^(M4A |M4B |mp42|isom|iso2|3gp\d)$/.test(text(8, 12))) return 'audio/mp4';
  if (text(0, 3) === 'ID3' || isMpegFrame(content)) return 'audio/mpeg';
  return undefined;
}

/** An MPEG audio frame begins with eleven ones; version, layer, bit rate and sampling rate have values that do not exist. */
function isMpegFrame([first = 0, second = 0, third = 0]: Uint8Array): boolean {
  return (
    first === 0xff &&
    (second & 0xe0) === 0xe0 &&
    (second & 0x18) !== 0x08 &&
    (second & 0x06) !== 0x00 &&
    (third & 0xf0) !== 0xf0 &&
    (third & 0x0c) !== 0x0c
  );
}
