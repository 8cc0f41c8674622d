/** Why a row is not used. It goes back with the error file, and nothing of it is imported. */
export type RowProblemCode =
  /** Fewer cells than the header has. */
  | 'too-few-cells'
  /** More cells than the header has, and the surplus ones are not empty. */
  | 'too-many-cells'
  /** A quotation mark opens in it and is never closed; it was read to the end of its line. */
  | 'quote-not-closed'
  /** Longer than a row may be; only its beginning was kept. */
  | 'row-too-long'
  /** Its bytes are of another encoding than the file. */
  | 'mixed-encoding'
  /** It holds NUL, as damaged files do. */
  | 'nul-character'
  /** A card that begins and does not end, or has neither name nor address. */
  | 'damaged-card';

export interface RowProblem {
  readonly code: RowProblemCode;
  /** Plain numbers the sentence needs; never what the row says. */
  readonly values?: Readonly<Record<string, number>>;
}

/** One row as it was read, before anybody said what its columns mean. */
export interface ImportedRow {
  /** From 1, running over all parts; the same for the same bytes, so that reading may go on from it. */
  readonly number: number;
  /** Index into `ImportFile.parts`. */
  readonly part: number;
  /** As a spreadsheet program numbers it; the header is 1. For cards, which card. */
  readonly line: number;
  /** Exactly what stood there, one for each column of its part. */
  readonly cells: readonly string[];
  readonly problem?: RowProblem;
}
export interface RowBatch {
  readonly rows: readonly ImportedRow[];
  /** Bytes of the whole upload read by now, for the bar; at the end `ImportFile.bytes`. */
  readonly bytesRead: number;
}
