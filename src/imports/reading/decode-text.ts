import { type ByteSource, piecesOf } from './byte-source.ts';
import type { Encoding } from './import-file.ts';

/** Text of a source in pieces, with the bytes read by then. What is no letter of the encoding becomes U+FFFD; a mark at the beginning goes. */
export async function* decodeText(
  source: ByteSource,
  encoding: Encoding,
  signal?: AbortSignal,
): AsyncGenerator<{ readonly text: string; readonly bytesRead: number }> {
  const decoder = new TextDecoder(encoding);
  let bytesRead = 0;
  for await (const piece of piecesOf(source, signal)) {
    bytesRead += piece.length;
    yield { text: decoder.decode(piece, { stream: true }), bytesRead };
  }
  const text = decoder.decode();
  if (text !== '') yield { text, bytesRead };
}
