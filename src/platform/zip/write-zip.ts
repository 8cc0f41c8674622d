import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

export interface ZippedFile {
  /** Lower-case letters, digits, dots and hyphens, folders divided by `/`. */
  readonly name: string;
  readonly body: Buffer;
}

/** One archive of these files, in this order, all of them of this moment. */
export async function writeZip(files: readonly ZippedFile[], at: Date): Promise<Buffer<ArrayBuffer>> {
  const zip = new ZipFile();
  for (const { name, body } of files) zip.addBuffer(body, name, { mtime: at, mode: 0o100644 });
  zip.end();
  return Buffer.from(await buffer(zip.outputStream));
}
