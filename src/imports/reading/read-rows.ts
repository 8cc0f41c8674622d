import type { ImportFile } from './import-file.ts';
import type { ImportedRow, RowBatch } from './imported-row.ts';
import { openUpload } from './open-upload.ts';
import { defaultLimits, type ReadLimits } from './read-limits.ts';
import { partRow, readPart } from './read-part.ts';

export interface ReadOptions {
  /** The number of the first row wanted; what stands before it is read over. */
  readonly from?: number;
  readonly batchRows?: number;
  readonly limits?: ReadLimits;
  readonly signal?: AbortSignal;
}

/**
 * The rows of an upload that `openImportFile` looked at, in the order of its parts. Only one batch is held at a time, and
 * other work has its turn between two of them.
 *
 * @throws FileRefused where the file turns out damaged, or is no longer what it was
 */
export async function* readRows(path: string, file: ImportFile, options: ReadOptions = {}): AsyncGenerator<RowBatch> {
  const { from = 1, batchRows = 1000, limits = defaultLimits, signal } = options;
  // A single file's part has the upload's name.
  const upload = await openUpload(path, file.parts[0]?.name ?? '', limits, signal);
  try {
    const sizes = upload.workbook ? [1] : upload.sources.map(({ bytes }) => bytes);
    const unpacked = sizes.reduce((sum, bytes) => sum + bytes, 0) || 1;
    let number = 0;
    let before = 0;
    let rows: ImportedRow[] = [];
    let bytesRead = 0;
    for (const [index, part] of file.parts.entries()) {
      const partSize = upload.workbook ? 1 : (upload.sources.find(({ name }) => name === part.name)?.bytes ?? 0);
      for await (const read of readPart(upload, part, limits, signal)) {
        const share = (before + (partSize * read.bytesRead) / (read.bytes || 1)) / unpacked;
        bytesRead = Math.min(file.bytes, Math.floor(file.bytes * share));
        for (const textRow of read.rows) {
          const row = partRow(textRow, part);
          if (row === null || ++number < from) continue;
          const { line, cells, problem } = row;
          rows.push(problem ? { number, part: index, line, cells, problem } : { number, part: index, line, cells });
          if (rows.length < batchRows) continue;
          yield { rows, bytesRead };
          rows = [];
        }
      }
      before += partSize;
    }
    yield { rows, bytesRead: file.bytes };
  } finally {
    upload.close();
  }
}
