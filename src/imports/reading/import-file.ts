import type { ImportedRow } from './imported-row.ts';

export const fileFormats = ['csv', 'xlsx', 'vcard', 'zip'] as const;
export type FileFormat = (typeof fileFormats)[number];

export const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1251', 'windows-1252'] as const;
export type Encoding = (typeof encodings)[number];

export const delimiters = [',', ';', '\t', '|'] as const;
export type Delimiter = (typeof delimiters)[number];

/** One table of an upload: the file itself, a sheet of a workbook, a file of an archive. */
export interface FilePart {
  /** The sheet's name, the name within the archive, or that of the upload. */
  readonly name: string;
  readonly format: Exclude<FileFormat, 'zip'>;
  /** Names of the columns, each only once: a second `Email` is `Email (2)`, one without a name is its letters, such as `C`. */
  readonly columns: readonly string[];
  /** On which line the names stand; 0 where there is no header. */
  readonly headerLine: number;
  /** The first rows, numbered within the part. */
  readonly sample: readonly ImportedRow[];
  readonly encoding: Encoding | null;
  readonly delimiter: Delimiter | null;
  /** What staff ought to know before they go on; nothing that stops. */
  readonly remarks: readonly FileRemark[];
}

export interface FileRemark {
  readonly code: /** Some lines are of another encoding; their rows are reported one by one. */
    | 'mixed-encoding'
    /** Read as windows-1251 or -1252 by its letters: look at the samples. */
    | 'guessed-encoding'
    /** The name promises another kind of file than the bytes are. */
    | 'other-extension'
    /** The workbook has further sheets, which are not read. */
    | 'other-sheets'
    /** Files of the archive that are no tables were left out. */
    | 'other-files'
    /** Two columns had one name. */
    | 'duplicate-columns'
    | 'no-header';
  readonly values?: Readonly<Record<string, string | number>>;
}

/** What is known of an upload before its rows are read. Plain data: it is kept, and reading goes on from it in another process. */
export interface ImportFile {
  readonly format: FileFormat;
  readonly bytes: number;
  readonly parts: readonly FilePart[];
}
