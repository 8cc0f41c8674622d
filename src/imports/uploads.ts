import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '#platform/app-error.ts';
import type { Config } from '#platform/config.ts';
import { defaultLimits } from './reading/read-limits.ts';

export const LARGEST = defaultLimits.fileBytes;
/** So much of the disk an upload leaves free: the database has to go on writing. */
const RESERVE = 1024 ** 3;
/** How often the disk is asked while a file grows. */
const LOOK_EVERY = 32 * 1024 ** 2;

/** Where the file of an import lies. Several machines that share the work share the data folder. */
export function uploadPath(config: Pick<Config, 'dataFolder'>, importId: string): string {
  return join(config.dataFolder, 'imports', importId);
}

export interface StoredUpload {
  readonly bytes: number;
  readonly sha256: Buffer;
}

/**
 * Writes an upload to the data folder as it arrives, readable by this program alone, and on disk when it returns. What is too
 * large is refused before it is written where its length is known, else as soon as it shows, and nothing of it stays.
 *
 * @throws AppError 413 `import-file-too-large`, 507 `disk-full`, 422 `import-file-empty`
 */
export async function storeUpload(
  config: Pick<Config, 'dataFolder'>,
  importId: string,
  body: AsyncIterable<Uint8Array>,
  declaredBytes?: number,
  limits: { largest: number; reserve: number } = { largest: LARGEST, reserve: RESERVE },
): Promise<StoredUpload> {
  const path = uploadPath(config, importId);
  await mkdir(join(config.dataFolder, 'imports'), { recursive: true, mode: 0o700 });
  const requireRoom = async (more: number) => {
    const { bavail, bsize } = await statfs(config.dataFolder);
    if (bavail * bsize - more < limits.reserve)
      throw new AppError('disk-full', { status: 507, headers: { connection: 'close' } });
  };
  if ((declaredBytes ?? 0) > limits.largest) throw tooLarge(limits.largest);
  await requireRoom(declaredBytes ?? 0);

  const hash = createHash('sha256');
  let bytes = 0;
  let looked = 0;
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const piece of body) {
      bytes += piece.byteLength;
      if (bytes > limits.largest) throw tooLarge(limits.largest);
      if (bytes - looked > LOOK_EVERY) {
        looked = bytes;
        await requireRoom(0);
      }
      hash.update(piece);
      await file.write(piece);
    }
    if (bytes === 0) throw new AppError('import-file-empty', { status: 422 });
    await file.sync();
  } catch (cause) {
    await file.close();
    await eraseUpload(config, importId);
    throw (cause as NodeJS.ErrnoException).code === 'ENOSPC' ? new AppError('disk-full', { status: 507, cause }) : cause;
  }
  await file.close();
  return { bytes, sha256: hash.digest() };
}

/** Brings in a file of this machine. */
export function storeFile(
  config: Pick<Config, 'dataFolder'>,
  importId: string,
  path: string,
  bytes: number,
): Promise<StoredUpload> {
  return storeUpload(config, importId, createReadStream(path, { highWaterMark: 1024 ** 2 }), bytes);
}

export async function eraseUpload(config: Pick<Config, 'dataFolder'>, importId: string): Promise<void> {
  await rm(uploadPath(config, importId), { force: true });
}

function tooLarge(largest: number): AppError {
  return new AppError('import-file-too-large', {
    status: 413,
    members: { megabytes: Math.floor(largest / 1_000_000) },
    headers: { connection: 'close' },
  });
}
