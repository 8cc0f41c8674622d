import { stat } from 'node:fs/promises';
import { type ByteSource, fileSource, headOf } from './byte-source.ts';
import { FileRefused } from './file-refused.ts';
import type { FileFormat } from './import-file.ts';
import { type Archive, openArchive } from './open-archive.ts';
import { isWorkbook, openWorkbook, type Workbook } from './open-workbook.ts';
import type { ReadLimits } from './read-limits.ts';
import { sniffKind } from './sniff-kind.ts';

/** An upload by its content: what in it holds tables. To be closed. */
export interface Upload {
  readonly format: FileFormat;
  readonly bytes: number;
  /** The file itself, or the tables of an archive, in the order of their names. Of a workbook its sheets are read instead. */
  readonly sources: readonly ByteSource[];
  readonly workbook?: Workbook;
  /** Files of an archive that are no tables. */
  readonly otherFiles: number;
  close(): void;
}

const HEAD = 64 * 1024;
const tableName = /\.(csv|tsv|tab|txt|vcf|vcard)$/i;

/** @throws FileRefused */
export async function openUpload(path: string, fileName: string, limits: ReadLimits, signal?: AbortSignal): Promise<Upload> {
  const { size } = await stat(path);
  if (size === 0) throw new FileRefused('import-file-empty');
  if (size > limits.fileBytes)
    throw new FileRefused('import-file-too-large', { megabytes: Math.floor(limits.fileBytes / 1_000_000) });
  const source = fileSource(path, fileName, size);
  const kind = sniffKind(await headOf(source, HEAD));
  if (kind !== 'zip') {
    return { format: kind === 'vcard' ? 'vcard' : 'csv', bytes: size, sources: [source], otherFiles: 0, close: () => undefined };
  }
  const archive = await openArchive(path, limits);
  try {
    return { ...(await tablesOf(archive, signal)), bytes: size, close: () => archive.close() };
  } catch (cause) {
    archive.close();
    throw cause;
  }
}

async function tablesOf(archive: Archive, signal?: AbortSignal): Promise<Omit<Upload, 'bytes' | 'close'>> {
  if (isWorkbook(archive)) {
    return { format: 'xlsx', sources: [], workbook: await openWorkbook(archive, signal), otherFiles: 0 };
  }
  const type = archive.files.get('mimetype');
  if (type && (await headOf(type, 100)).includes('opendocument')) throw new FileRefused('import-file-open-document');
  const all = [...archive.files.values()].filter(({ name }) => !/(^|\/)(__MACOSX\/|\.)/.test(name));
  const sources = all
    .filter(({ name, bytes }) => tableName.test(name) && bytes > 0)
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  if (sources.length === 0) throw new FileRefused('import-archive-without-table');
  return { format: 'zip', sources, otherFiles: all.length - sources.length };
}
