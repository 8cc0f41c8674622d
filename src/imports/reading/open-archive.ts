import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import type { ByteSource } from './byte-source.ts';
import { FileRefused } from './file-refused.ts';
import type { ReadLimits } from './read-limits.ts';

/** The files of an archive, by name. Nothing is unpacked before it is read, and nothing is ever written to a disk. */
export interface Archive {
  readonly files: ReadonlyMap<string, ByteSource>;
  close(): void;
}

/** Below it even a bomb is harmless, and tables of few words are packed very small. */
const HARMLESS = 1_000_000;

/**
 * Opens an archive from a stranger. What it says it unpacks to is added up before anything is unpacked, and a file that turns
 * out larger, smaller or other than it said ends the reading.
 *
 * @throws FileRefused
 */
export async function openArchive(path: string, limits: ReadLimits): Promise<Archive> {
  let zip: ZipFile;
  try {
    zip = await openPromise(path, { lazyEntries: true, autoClose: false });
  } catch (cause) {
    throw new FileRefused('import-archive-damaged', {}, cause);
  }
  try {
    return { files: await filesOf(zip, limits), close: () => zip.close() };
  } catch (cause) {
    zip.close();
    throw cause;
  }
}

async function filesOf(zip: ZipFile, limits: ReadLimits): Promise<Map<string, ByteSource>> {
  if (zip.entryCount > limits.archiveFiles) throw new FileRefused('import-archive-too-many-files', { most: limits.archiveFiles });
  const files = new Map<string, ByteSource>();
  let total = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName.endsWith('/')) continue;
      if (entry.isEncrypted()) throw new FileRefused('import-archive-locked');
      total += entry.uncompressedSize;
      const isBomb = entry.uncompressedSize > Math.max(HARMLESS, entry.compressedSize * limits.unpackedRatio);
      if (isBomb || total > limits.unpackedBytes)
        throw new FileRefused('import-archive-too-large', { megabytes: Math.floor(limits.unpackedBytes / 1_000_000) });
      files.set(entry.fileName, entrySource(zip, entry));
    }
  } catch (cause) {
    if (cause instanceof FileRefused) throw cause;
    // What the library says of names it refuses itself; it has no codes.
    const isName = cause instanceof Error && /relative path|absolute path|invalid characters in fileName/.test(cause.message);
    throw new FileRefused(isName ? 'import-archive-unsafe-name' : 'import-archive-damaged', {}, cause);
  }
  return files;
}

function entrySource(zip: ZipFile, entry: Entry): ByteSource {
  return {
    name: entry.fileName,
    bytes: entry.uncompressedSize,
    open: async () => Readable.from(checkedPieces(zip, entry)),
  };
}

async function* checkedPieces(zip: ZipFile, entry: Entry): AsyncGenerator<Buffer> {
  try {
    const stream = await zip.openReadStreamPromise(entry);
    let sum = 0;
    try {
      for await (const piece of stream) {
        sum = crc32(piece, sum);
        yield piece;
      }
    } finally {
      stream.destroy();
    }
    if (sum !== entry.crc32) throw new Error('checksum');
  } catch (cause) {
    throw new FileRefused('import-archive-damaged', { file: entry.fileName.slice(0, 100) }, cause);
  }
}
