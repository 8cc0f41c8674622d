import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';

/** Why an archive is not read. */
export type ZipRefusal =
  | 'not-a-zip'
  | 'damaged'
  | 'encrypted'
  | 'unsafe-name'
  | 'not-a-file'
  | 'name-twice'
  | 'too-many-files'
  | 'too-large';

export class ZipRefused extends Error {
  override readonly name = 'ZipRefused';
  readonly code: ZipRefusal;
  /** The name of the file in the archive that is refused, where it is about one. */
  readonly file: string | undefined;

  constructor(code: ZipRefusal, file?: string, cause?: unknown) {
    super(code, { cause });
    this.code = code;
    this.file = file;
  }
}

export interface ZipLimits {
  readonly files: number;
  /** Bytes of all files together, unpacked. */
  readonly bytes: number;
}

/** The only names there are: nothing absolute, nothing that climbs, no drive, no backslash, no letter that looks like another. */
const safeName = /^[a-z0-9][a-z0-9._-]*(\/[a-z0-9][a-z0-9._-]*)*$/i;
const FILE_TYPE = 0xf000;
const REGULAR = 0x8000;

/**
 * The files of an archive from a stranger, unpacked in memory. What it claims to unpack to is added up before anything is
 * unpacked, and no file may turn out larger than it claimed.
 *
 * @throws ZipRefused
 */
export async function readZip(bytes: Buffer, limits: ZipLimits): Promise<Map<string, Buffer>> {
  const zip = await opened(bytes);
  if (zip.entryCount > limits.files) throw new ZipRefused('too-many-files');
  const entries = await entriesOf(zip, limits);
  const files = new Map<string, Buffer>();
  for (const entry of entries) {
    const body = await unpacked(zip, entry);
    if (crc32(body) !== entry.crc32) throw new ZipRefused('damaged', entry.fileName);
    files.set(entry.fileName, body);
  }
  return files;
}

async function opened(bytes: Buffer): Promise<ZipFile> {
  try {
    return await fromBufferPromise(bytes, { lazyEntries: true, strictFileNames: true });
  } catch (cause) {
    // Every archive begins with its first file; one whose end is missing was cut short.
    throw new ZipRefused(bytes.subarray(0, 4).equals(Buffer.from('PK\u0003\u0004')) ? 'damaged' : 'not-a-zip', undefined, cause);
  }
}

async function entriesOf(zip: ZipFile, limits: ZipLimits): Promise<Entry[]> {
  const entries: Entry[] = [];
  const names = new Set<string>();
  let total = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      const { fileName } = entry;
      if (!safeName.test(fileName)) throw new ZipRefused('unsafe-name', printable(fileName));
      const type = (entry.externalFileAttributes >>> 16) & FILE_TYPE;
      if (type !== 0 && type !== REGULAR) throw new ZipRefused('not-a-file', fileName);
      if (entry.isEncrypted()) throw new ZipRefused('encrypted', fileName);
      // Where capitals do not count, two names that differ in them alone are one file.
      if (names.has(fileName.toLowerCase())) throw new ZipRefused('name-twice', fileName);
      names.add(fileName.toLowerCase());
      total += entry.uncompressedSize;
      if (total > limits.bytes) throw new ZipRefused('too-large', fileName);
      entries.push(entry);
      if (entries.length > limits.files) throw new ZipRefused('too-many-files');
    }
  } catch (cause) {
    if (cause instanceof ZipRefused) throw cause;
    // What the library says of names it refuses itself; it has no codes.
    const isName = cause instanceof Error && /relative path|absolute path|invalid characters in fileName/.test(cause.message);
    throw new ZipRefused(isName ? 'unsafe-name' : 'damaged', undefined, cause);
  }
  return entries;
}

/** A name from a stranger as it may be shown on a terminal. */
function printable(name: string): string {
  return JSON.stringify(name.slice(0, 100)).replace(/[^\x20-\x7e]/g, '?');
}

async function unpacked(zip: ZipFile, entry: Entry): Promise<Buffer> {
  try {
    return await buffer(await zip.openReadStreamPromise(entry));
  } catch (cause) {
    throw new ZipRefused('damaged', entry.fileName, cause);
  }
}
