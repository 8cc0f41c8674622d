/** Why an upload is not read at all. `src/languages/<language>/problems.ts` says what to do next. */
export type FileRefusal =
  | 'import-file-empty'
  | 'import-file-too-large'
  | 'import-file-no-table'
  | 'import-file-too-many-columns'
  | 'import-file-old-excel'
  | 'import-file-locked'
  | 'import-file-open-document'
  | 'import-file-binary-workbook'
  | 'import-file-web-page'
  | 'import-file-json'
  | 'import-file-compressed'
  | 'import-file-unknown-kind'
  | 'import-file-damaged'
  | 'import-archive-damaged'
  | 'import-archive-locked'
  | 'import-archive-too-large'
  | 'import-archive-too-many-files'
  | 'import-archive-unsafe-name'
  | 'import-archive-without-table';

export class FileRefused extends Error {
  override readonly name = 'FileRefused';
  readonly code: FileRefusal;
  /** Plain values the sentence needs. */
  readonly values: Readonly<Record<string, string | number>>;

  constructor(code: FileRefusal, values: Readonly<Record<string, string | number>> = {}, cause?: unknown) {
    super(code, { cause });
    this.code = code;
    this.values = values;
  }
}
