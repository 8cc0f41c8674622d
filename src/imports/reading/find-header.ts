/** Where the columns' names stand. */
export interface Header {
  /** 0 where there are none. */
  readonly line: number;
  readonly names: readonly string[];
  readonly hasDuplicates: boolean;
}

interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

/** Above the names of a home-made table there may be a title, of so many lines at most. */
const TITLE_LINES = 10;

/** Finds the names of the columns among the first rows. */
export function findHeader(rows: readonly Row[]): Header {
  const width = Math.max(0, ...rows.map(({ cells }) => cells.length));
  const filled = ({ cells }: Row) => cells.filter((cell) => cell.trim() !== '').length;
  const candidates = rows.slice(0, TITLE_LINES);
  const first = candidates[0];
  if (!first) return { line: 0, names: [], hasDuplicates: false };
  // A title stands alone in its line, and under it come lines of several cells.
  const wide = candidates.find((row) => filled(row) > 1);
  const row = filled(first) > 1 || !wide ? first : wide;
  if (row.cells.some(isDatum)) {
    return { line: 0, names: Array.from({ length: width }, (_, at) => lettersOf(at)), hasDuplicates: false };
  }
  const names = row.cells.map((cell) => cell.normalize('NFC').replace(/\s+/g, ' ').trim().slice(0, 200));
  const told = toldApart(names);
  return { line: row.line, names: told, hasDuplicates: told.some((name, at) => names[at] !== '' && name !== names[at]) };
}

/** What stands in a row of data and in no row of names: an address, a telephone number, a day. */
function isDatum(cell: string): boolean {
  const text = cell.trim();
  return (
    /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) ||
    /^\+?[\d\s()/-]{7,20}$/.test(text) ||
    /^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}$/.test(text)
  );
}

function toldApart(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name, at) => {
    const plain = name === '' ? lettersOf(at) : name;
    let told = plain;
    for (let time = 2; taken.has(told); time++) told = `${plain} (${time})`;
    taken.add(told);
    return told;
  });
}

/** A, B, …, Z, AA: as spreadsheet programs call a column. */
export function lettersOf(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : lettersOf(Math.floor(index / 26) - 1) + letter;
}
