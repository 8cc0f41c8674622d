import { isAscii, isUtf8 } from 'node:buffer';
import { type ByteSource, piecesOf } from './byte-source.ts';
import type { Encoding } from './import-file.ts';
import { wideByteOrder } from './sniff-kind.ts';

export interface SniffedEncoding {
  readonly encoding: Encoding;
  /** By the letters, where nothing says so. */
  readonly isGuessed: boolean;
  /** Lines that are of another encoding than the rest. */
  readonly otherLines: number;
}

const LF = 10;
/** Of a table in one of the old encodings so many of its lines are looked at. */
const LOOKED_AT = 20_000;

/**
 * The encoding of a text, by all of its bytes: that a file begins with a hundred thousand Latin rows says nothing of the row
 * after them. UTF-8 cannot be mistaken for an old encoding over many lines; which of the old ones it is, is a guess.
 */
export async function sniffEncoding(source: ByteSource, signal?: AbortSignal): Promise<SniffedEncoding> {
  let head = true;
  let rest: Buffer = Buffer.alloc(0);
  const tally = { utf8: 0, other: 0, high: 0, neighbours: 0 };
  for await (const piece of piecesOf(source, signal)) {
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    if (head) {
      const order = wideByteOrder(bytes);
      if (order) return { encoding: order === 'be' ? 'utf-16be' : 'utf-16le', isGuessed: false, otherLines: 0 };
      head = false;
    }
    const end = bytes.lastIndexOf(LF);
    // A file whose lines end in another way is looked at in pieces, of which the cut can be wrong by one letter.
    const cut = end >= 0 ? end + 1 : piece.length < 4 ? 0 : utf8Cut(bytes);
    look(bytes.subarray(0, cut), tally);
    rest = bytes.subarray(cut);
  }
  look(rest, tally);
  if (tally.other <= tally.utf8) return { encoding: 'utf-8', isGuessed: false, otherLines: tally.other };
  // Cyrillic words are runs of high bytes; in Western languages an accented letter stands among plain ones.
  const encoding = tally.neighbours > tally.high * 0.4 ? 'windows-1251' : 'windows-1252';
  return { encoding, isGuessed: true, otherLines: tally.utf8 };
}

interface Tally {
  utf8: number;
  other: number;
  high: number;
  neighbours: number;
}

function look(block: Buffer, tally: Tally): void {
  if (isAscii(block)) return;
  if (isUtf8(block)) {
    // By its length, and not line by line: which encoding has more lines is all that is asked.
    tally.utf8 += Math.max(1, Math.floor(block.length / 100));
    return;
  }
  let start = 0;
  while (start < block.length) {
    const found = block.indexOf(LF, start);
    const end = found < 0 ? block.length : found + 1;
    const line = block.subarray(start, end);
    start = end;
    if (isAscii(line)) continue;
    if (isUtf8(line)) {
      tally.utf8++;
      continue;
    }
    tally.other++;
    if (tally.other > LOOKED_AT) continue;
    for (let at = 0; at < Math.min(line.length, 2000); at++) {
      if ((line[at] as number) < 0x80) continue;
      tally.high++;
      if ((line[at + 1] ?? 0) >= 0x80) tally.neighbours++;
    }
  }
}

/** Up to the beginning of the last letter. */
function utf8Cut(bytes: Buffer): number {
  let cut = bytes.length - 1;
  while (cut > 0 && cut > bytes.length - 4 && ((bytes[cut] as number) & 0xc0) === 0x80) cut--;
  return cut;
}
