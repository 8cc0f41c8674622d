import { AppError } from '#platform/app-error.ts';
import type { Transaction } from '#platform/database/connect.ts';
import { getImport } from './find-import.ts';
import type { Import } from './import.ts';
import { FileRefused } from './reading/file-refused.ts';
import type { ImportFile } from './reading/import-file.ts';
import { openImportFile } from './reading/open-import-file.ts';
import type { StoredUpload } from './uploads.ts';

/**
 * Looks at a file that was stored.
 *
 * @throws AppError 422 under the code of the refusal
 */
export async function lookAtUpload(path: string, fileName: string): Promise<ImportFile> {
  try {
    return await openImportFile(path, { fileName });
  } catch (cause) {
    throw cause instanceof FileRefused ? new AppError(cause.code, { status: 422, members: cause.values, cause }) : cause;
  }
}

export interface NewImport {
  readonly id: string;
  readonly fileName: string;
  readonly file: ImportFile;
  readonly stored: StoredUpload;
  readonly by: { readonly kind: 'staff' | 'api' | 'command'; readonly id: string | null };
}

/** Writes down that a file was brought in. Of its rows nothing is kept. */
export async function addImport(tx: Transaction, one: NewImport): Promise<Import> {
  const file: ImportFile = { ...one.file, parts: one.file.parts.map((part) => ({ ...part, sample: [] })) };
  await tx
    .insertInto('import')
    .values({
      id: one.id,
      file_name: one.fileName,
      file: JSON.stringify(file),
      bytes: one.stored.bytes,
      sha256: one.stored.sha256,
      created_by_kind: one.by.kind,
      created_by: one.by.id,
    })
    .execute();
  return getImport(tx, one.id);
}
