import type { Delimiter } from './import-file.ts';
import type { RowProblem } from './imported-row.ts';
import type { ReadLimits } from './read-limits.ts';

/** A record of a text of rows. Blank ones are counted and not given. */
export interface TextRow {
  readonly line: number;
  readonly cells: readonly string[];
  /** How many cells there were, those beyond the limit too. */
  readonly width: number;
  readonly problem?: RowProblem;
}

const QUOTE = 34;
const LF = 10;
const CR = 13;
const SPACE = 32;
/** Kept of a row that is too long to be kept. */
const BEGINNING = 1000;

/**
 * Rows out of text that comes in pieces. Of its own because a file of people is not one of a program: line ends of all three
 * kinds in one file, quotation marks inside quoted cells that nobody doubled, and one that is never closed, which costs its
 * own line and not the rest of the file. The same text gives the same rows however it is cut into pieces, and costs the
 * same per character, whatever stands in it.
 */
export class CsvTokenizer {
  readonly #delimiter: Delimiter;
  readonly #code: number;
  readonly #limits: Pick<ReadLimits, 'columns' | 'rowCharacters'>;
  #text = '';
  /** Not looked at again before there is so much of it: a row of many pieces is not read anew with each. */
  #enough = 0;
  #skipping = false;
  #line = 0;
  // What the last call of #readRow found.
  #cells: string[] = [];
  #width = 0;

  constructor(delimiter: Delimiter, limits: Pick<ReadLimits, 'columns' | 'rowCharacters'>) {
    this.#delimiter = delimiter;
    this.#code = delimiter.charCodeAt(0);
    this.#limits = limits;
  }

  /** @returns the rows that ended in this piece */
  push(piece: string): TextRow[] {
    this.#text += piece;
    return this.#text.length < this.#enough ? [] : this.#take(false);
  }

  end(): TextRow[] {
    return this.#take(true);
  }

  #take(isEnd: boolean): TextRow[] {
    const text = this.#text;
    const rows: TextRow[] = [];
    // Looked for once in a piece rather than once in a row.
    const hasDamage = text.includes('\u0000') || text.includes('\ufffd');
    // With its line end.
    const longest = this.#limits.rowCharacters + 2;
    let start = 0;
    if (this.#skipping) {
      const end = lineEnd(text, 0);
      // A line feed may follow a carriage return in the next piece.
      if (end < 0 || (!isEnd && isLastReturn(text, end))) {
        this.#text = end < 0 ? '' : '\r';
        return rows;
      }
      start = afterLineEnd(text, end);
      this.#skipping = false;
    }
    while (start < text.length) {
      const next = this.#readRow(text, start, isEnd);
      if (next === INCOMPLETE && text.length - start <= longest) break;
      this.#line++;
      if (next === INCOMPLETE || next === NOT_CLOSED || next - start > longest) {
        start = this.#recover(text, start, isEnd, rows);
        if (this.#skipping) break;
        continue;
      }
      if (this.#width > 1 || this.#cells[0] !== '') rows.push(this.#found(hasDamage ? text.slice(start, next) : ''));
      start = next;
    }
    this.#text = start === 0 ? text : text.slice(start);
    this.#enough = this.#text.length * 2;
    return rows;
  }

  #found(damaged: string): TextRow {
    const row = { line: this.#line, cells: this.#cells, width: this.#width };
    if (damaged === '') return row;
    if (damaged.includes('\u0000')) return { ...row, problem: { code: 'nul-character' } };
    if (damaged.includes('\ufffd')) return { ...row, problem: { code: 'mixed-encoding' } };
    return row;
  }

  /** Where the row that begins at `start` is followed by another one. Its cells are then in #cells. */
  #readRow(text: string, start: number, isEnd: boolean): number {
    const delimiter = this.#code;
    const most = this.#limits.columns;
    const length = text.length;
    const cells: string[] = [];
    let width = 0;
    let at = start;
    for (;;) {
      let end: number;
      let cell: string;
      if (at < length && text.charCodeAt(at) === QUOTE) {
        const closing = closingQuote(text, at, delimiter, isEnd);
        if (closing < 0) return closing;
        cell = text.slice(at + 1, closing);
        if (cell.includes('""')) cell = cell.replaceAll('""', '"');
        end = closing + 1;
        while (end < length && text.charCodeAt(end) === SPACE) end++;
      } else {
        end = at;
        while (end < length) {
          const code = text.charCodeAt(end);
          if (code === delimiter || code === LF || code === CR) break;
          end++;
        }
        cell = text.slice(at, end);
      }
      if (width++ < most) cells.push(cell);
      if (end >= length) {
        if (!isEnd) return INCOMPLETE;
        this.#cells = cells;
        this.#width = width;
        return length;
      }
      const code = text.charCodeAt(end);
      if (code !== delimiter) {
        // A line feed may follow in the next piece.
        if (code === CR && end + 1 >= length && !isEnd) return INCOMPLETE;
        this.#cells = cells;
        this.#width = width;
        return afterLineEnd(text, end);
      }
      at = end + 1;
    }
  }

  /** Goes on after the line in which the row begins: whatever is wrong with it stays in that line. */
  #recover(text: string, start: number, isEnd: boolean, rows: TextRow[]): number {
    const end = lineEnd(text, start);
    const stop = end < 0 ? text.length : end;
    if (stop - start <= this.#limits.rowCharacters && (end >= 0 || isEnd)) {
      const cells = text.slice(start, stop).split(this.#delimiter, this.#limits.columns);
      rows.push({ line: this.#line, cells, width: cells.length, problem: { code: 'quote-not-closed' } });
    } else {
      const problem = { code: 'row-too-long', values: { longest: this.#limits.rowCharacters } } as const;
      rows.push({ line: this.#line, cells: [text.slice(start, start + BEGINNING)], width: 1, problem });
    }
    this.#skipping = !isEnd && (end < 0 || isLastReturn(text, end));
    if (this.#skipping || end < 0) return stop;
    return afterLineEnd(text, end);
  }
}

const INCOMPLETE = -1;
const NOT_CLOSED = -2;

/** The quotation mark that ends the cell opened at `open`. */
function closingQuote(text: string, open: number, delimiter: number, isEnd: boolean): number {
  let quote = open;
  let isBeyondLine = false;
  for (;;) {
    const before = quote;
    quote = text.indexOf('"', quote + 1);
    if (quote < 0) return isEnd ? NOT_CLOSED : INCOMPLETE;
    isBeyondLine ||= lineEnd(text.slice(before, quote), 0) >= 0;
    if (text.charCodeAt(quote + 1) === QUOTE) {
      quote++;
      continue;
    }
    let after = quote + 1;
    while (after < text.length && text.charCodeAt(after) === SPACE) after++;
    if (after >= text.length) return isEnd ? quote : INCOMPLETE;
    const code = text.charCodeAt(after);
    if (code === delimiter || code === LF || code === CR) return quote;
    // „"Ресторант "Дунав" ООД"“: a mark that nobody doubled. Beyond the line it rather begins the next row's cell.
    if (isBeyondLine) return NOT_CLOSED;
  }
}

function lineEnd(text: string, from: number): number {
  const lf = text.indexOf('\n', from);
  const cr = lf < 0 ? text.indexOf('\r', from) : text.slice(from, lf).indexOf('\r');
  if (cr < 0) return lf;
  return lf < 0 ? cr : from + cr;
}

function isLastReturn(text: string, end: number): boolean {
  return end === text.length - 1 && text.charCodeAt(end) === CR;
}

function afterLineEnd(text: string, end: number): number {
  return text.charCodeAt(end) === CR && text.charCodeAt(end + 1) === LF ? end + 2 : end + 1;
}
