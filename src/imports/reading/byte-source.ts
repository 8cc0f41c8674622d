import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';

/** Bytes that can be read from their beginning as often as needed: a file, or a file inside an archive. */
export interface ByteSource {
  readonly name: string;
  /** As long as it says it is, unpacked. */
  readonly bytes: number;
  open(): Promise<Readable>;
}

/** What one step of reading holds; small enough that no step keeps others waiting. */
const PIECE = 256 * 1024;

export function fileSource(path: string, name: string, bytes: number): ByteSource {
  return { name, bytes, open: async () => createReadStream(path, { highWaterMark: PIECE }) };
}

/** The pieces of a source. What opened it is closed, however the reading ends. */
export async function* piecesOf(source: ByteSource, signal?: AbortSignal): AsyncGenerator<Buffer> {
  const stream = await source.open();
  try {
    for await (const piece of stream) {
      signal?.throwIfAborted();
      yield piece as Buffer;
    }
  } finally {
    stream.destroy();
  }
}

/** As many bytes as there are, up to so many. */
export async function headOf(source: ByteSource, bytes: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of piecesOf(source)) {
    pieces.push(piece);
    length += piece.length;
    if (length >= bytes) break;
  }
  return Buffer.concat(pieces).subarray(0, bytes);
}
