import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import type { PeopleColumn } from '#src/contacts/people-columns.ts';
import { type PeopleWriter, valueAt } from './people-writer.ts';

/** A sheet of Excel has so many rows, and a cell so many characters. */
const MOST_ROWS = 1_048_576;
const MOST_CHARACTERS = 32_767;

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/package/2006/relationships';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const TYPES = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

export interface Workbook {
  readonly headings: readonly string[];
  readonly sheetName: string;
  readonly aboutName: string;
  /** What the file says of itself, in a sheet of its own: two columns. */
  readonly about: readonly (readonly [string, string])[];
  /** At most so many people come. */
  readonly people: number;
}

/** Where in its sheet the next row stands. */
export interface SheetRow {
  next: number;
}

/** Rows of a sheet; each value is text, so that nothing in it is ever a formula. */
export function writeSheetRows(columns: readonly PeopleColumn[], row: SheetRow): PeopleWriter {
  return {
    begin() {},
    row(out, data) {
      out.text(
        rowOf(
          row.next,
          columns.map((column, at) => valueAt(data, at, column)),
        ),
      );
      row.next += 1;
    },
    end() {},
  };
}

/** A piece of rows is of so many people at most; a sheet ends where the next might not fit. */
export const MOST_PEOPLE_IN_A_PIECE = 2_000;
const ENOUGH = MOST_ROWS - 1 - MOST_PEOPLE_IN_A_PIECE;

type Pieces = AsyncIterator<{ readonly people: number; readonly bytes: Buffer }>;

/** An XLSX file (ISO/IEC 29500) as it is written, from pieces of the XML of its rows. A sheet that is full is followed by another. */
export function writeWorkbook(book: Workbook, pieces: Pieces, row: SheetRow, at: Date): Readable {
  const sheets = Math.max(1, Math.ceil(book.people / ENOUGH));
  const names = [
    ...Array.from({ length: sheets }, (_, no) => (no === 0 ? book.sheetName : `${book.sheetName} ${no + 1}`)),
    book.aboutName,
  ];
  const zip = new ZipFile();
  const options = { mtime: at, mode: 0o100644 };
  const add = (name: string, text: string) => zip.addBuffer(Buffer.from(XML + text), name, options);
  add('[Content_Types].xml', contentTypes(names.length));
  add(
    '_rels/.rels',
    `<Relationships xmlns="${RELATIONS}"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  );
  add('xl/workbook.xml', workbook(names));
  add('xl/_rels/workbook.xml.rels', workbookRelations(names.length));
  add('xl/styles.xml', STYLES);
  for (let no = 0; no < sheets; no++) {
    // Asked for one after another, when the one before it is written.
    zip.addReadStream(
      Readable.from(sheetOf(book.headings, pieces, row), { objectMode: false }),
      `xl/worksheets/sheet${no + 1}.xml`,
      options,
    );
  }
  const about = book.about.map(([word, value], no) => rowOf(no + 1, [word, value])).join('');
  add(`xl/worksheets/sheet${names.length}.xml`, `<worksheet xmlns="${MAIN}"><sheetData>${about}</sheetData></worksheet>`);
  zip.end();
  return zip.outputStream as unknown as Readable;
}

async function* sheetOf(headings: readonly string[], pieces: Pieces, row: SheetRow): AsyncGenerator<Buffer> {
  row.next = 2;
  const pane =
    '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>';
  yield Buffer.from(`${XML}<worksheet xmlns="${MAIN}">${pane}<sheetData>${rowOf(1, headings, ' s="1"')}`);
  for (let people = 0; people <= ENOUGH; ) {
    const { value, done } = await pieces.next();
    if (done) break;
    people += value.people;
    yield value.bytes;
  }
  yield Buffer.from('</sheetData></worksheet>');
}

function rowOf(row: number, values: readonly (string | undefined)[], style = ''): string {
  let cells = '';
  values.forEach((value, at) => {
    if (value === undefined || value === '') return;
    cells += `<c r="${columnName(at)}${row}"${style} t="inlineStr"><is><t xml:space="preserve">${escaped(fitting(value))}</t></is></c>`;
  });
  return `<row r="${row}">${cells}</row>`;
}

/** A, B, … Z, AA, AB, … */
function columnName(at: number): string {
  return at < 26 ? String.fromCharCode(65 + at) : columnName(Math.floor(at / 26) - 1) + String.fromCharCode(65 + (at % 26));
}

function fitting(value: string): string {
  if (value.length <= MOST_CHARACTERS) return value;
  const cut = value.slice(0, MOST_CHARACTERS - 1);
  // Not in the middle of a character.
  return `${/[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}

/** XML has no place for control characters; ISO/IEC 29500 writes them as _x0007_, and what only looks like it with its first sign so. */
function escaped(value: string): string {
  if (!/[&<>_\p{Cc}\uFFFE\uFFFF]/u.test(value)) return value;
  return value
    .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
    .replace(/[^\t\n\P{Cc}]|[\uFFFE\uFFFF]/gu, (sign) => `_x${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

function contentTypes(sheets: number): string {
  const parts = Array.from(
    { length: sheets },
    (_, no) => `<Override PartName="/xl/worksheets/sheet${no + 1}.xml" ContentType="${TYPES}.worksheet+xml"/>`,
  ).join('');
  return `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPES}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPES}.styles+xml"/>${parts}</Types>`;
}

function workbook(names: readonly string[]): string {
  const sheets = names.map((name, no) => `<sheet name="${escaped(name)}" sheetId="${no + 1}" r:id="rId${no + 1}"/>`).join('');
  return `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${sheets}</sheets></workbook>`;
}

function workbookRelations(sheets: number): string {
  const parts = Array.from(
    { length: sheets },
    (_, no) => `<Relationship Id="rId${no + 1}" Type="${OFFICE}/worksheet" Target="worksheets/sheet${no + 1}.xml"/>`,
  ).join('');
  return `<Relationships xmlns="${RELATIONS}">${parts}<Relationship Id="rId${sheets + 1}" Type="${OFFICE}/styles" Target="styles.xml"/></Relationships>`;
}

/** Plain, and bold for headings. */
const STYLES = `<styleSheet xmlns="${MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs></styleSheet>`;
