/** What reading may cost. */
export interface ReadLimits {
  /** Bytes of the upload. */
  readonly fileBytes: number;
  /** Bytes an archive or a workbook may unpack to, all its files together. */
  readonly unpackedBytes: number;
  /** How many times as large as it is packed a file of an archive may be, above 1 MB. */
  readonly unpackedRatio: number;
  readonly archiveFiles: number;
  readonly columns: number;
  /** Characters of one row. */
  readonly rowCharacters: number;
}

export const defaultLimits: ReadLimits = {
  fileBytes: 2_000_000_000,
  unpackedBytes: 4_000_000_000,
  unpackedRatio: 200,
  archiveFiles: 1000,
  columns: 2000,
  rowCharacters: 1_000_000,
};
