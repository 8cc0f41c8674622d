import { posix } from 'node:path';
import type { ByteSource } from './byte-source.ts';
import { FileRefused } from './file-refused.ts';
import type { Archive } from './open-archive.ts';
import { readWholeXml } from './read-xml.ts';

export interface Sheet {
  readonly name: string;
  readonly source: ByteSource;
  readonly isHidden: boolean;
}

/** A workbook (ECMA-376): its sheets, and what cells refer to. Macros, formulas and outside links are never looked at. */
export interface Workbook {
  readonly sheets: readonly Sheet[];
  readonly texts: readonly string[];
  /** By number of the cell's style: whether its number is a day. */
  readonly isDateStyle: readonly boolean[];
  /** Counts days from 1904, as on old Macs. */
  readonly is1904: boolean;
}

const WORKBOOK = 'xl/workbook.xml';
/** All texts of a workbook are held while it is read; a million rows of names have some 60 MB. */
const LONGEST_TEXTS = 400_000_000;

export function isWorkbook(archive: Archive): boolean {
  return archive.files.has('[Content_Types].xml') && [...archive.files.keys()].some((name) => name.startsWith('xl/'));
}

/** @throws FileRefused */
export async function openWorkbook(archive: Archive, signal?: AbortSignal): Promise<Workbook> {
  const book = archive.files.get(WORKBOOK);
  if (!book) throw new FileRefused(archive.files.has('xl/workbook.bin') ? 'import-file-binary-workbook' : 'import-file-damaged');
  const found: { name: string; id: string; isHidden: boolean }[] = [];
  let is1904 = false;
  await readWholeXml(
    book,
    {
      open: (tag, attributes) => {
        if (tag === 'workbookPr') is1904 = attributes['date1904'] === '1' || attributes['date1904'] === 'true';
        if (tag !== 'sheet') return;
        const id = Object.entries(attributes).find(([name]) => name.endsWith(':id'))?.[1] ?? '';
        found.push({ name: attributes['name'] ?? '', id, isHidden: (attributes['state'] ?? 'visible') !== 'visible' });
      },
    },
    signal,
  );
  const targets = await relationsOf(archive, signal);
  const sheets = found.flatMap(({ name, id, isHidden }) => {
    const source = archive.files.get(targets.get(id) ?? '');
    return source ? [{ name, source, isHidden }] : [];
  });
  if (sheets.length === 0) throw new FileRefused('import-file-no-table');
  return { sheets, texts: await textsOf(archive, signal), isDateStyle: await dateStylesOf(archive, signal), is1904 };
}

async function relationsOf(archive: Archive, signal?: AbortSignal): Promise<Map<string, string>> {
  const targets = new Map<string, string>();
  const source = archive.files.get('xl/_rels/workbook.xml.rels');
  if (!source) return targets;
  await readWholeXml(
    source,
    {
      open: (tag, attributes) => {
        if (tag !== 'Relationship' || attributes['TargetMode'] === 'External') return;
        const target = attributes['Target'] ?? '';
        targets.set(attributes['Id'] ?? '', target.startsWith('/') ? target.slice(1) : posix.join('xl', target));
      },
    },
    signal,
  );
  return targets;
}

async function textsOf(archive: Archive, signal?: AbortSignal): Promise<string[]> {
  const texts: string[] = [];
  const source = archive.files.get('xl/sharedStrings.xml');
  if (!source) return texts;
  if (source.bytes > LONGEST_TEXTS) throw new FileRefused('import-archive-too-large', { megabytes: LONGEST_TEXTS / 1_000_000 });
  let text = '';
  let isText = false;
  let isReading = false;
  await readWholeXml(
    source,
    {
      open: (tag) => {
        if (tag === 'si') text = '';
        if (tag === 'rPh') isReading = true;
        if (tag === 't') isText = !isReading;
      },
      text: (part) => {
        if (isText) text += part;
      },
      close: (tag) => {
        if (tag === 't') isText = false;
        if (tag === 'rPh') isReading = false;
        if (tag === 'si') texts.push(unescaped(text));
      },
    },
    signal,
  );
  return texts;
}

async function dateStylesOf(archive: Archive, signal?: AbortSignal): Promise<boolean[]> {
  const formats = new Map<number, string>();
  const styles: boolean[] = [];
  const source = archive.files.get('xl/styles.xml');
  if (!source) return styles;
  let isCellStyles = false;
  await readWholeXml(
    source,
    {
      open: (tag, attributes) => {
        if (tag === 'numFmt') formats.set(Number(attributes['numFmtId']), attributes['formatCode'] ?? '');
        if (tag === 'cellXfs') isCellStyles = true;
        if (tag === 'xf' && isCellStyles) {
          const id = Number(attributes['numFmtId'] ?? 0);
          const format = formats.get(id);
          styles.push(format === undefined ? isBuiltInDate(id) : isDateFormat(format));
        }
      },
      close: (tag) => {
        if (tag === 'cellXfs') isCellStyles = false;
      },
    },
    signal,
  );
  return styles;
}

/** ECMA-376 part 1, §18.8.30. */
function isBuiltInDate(id: number): boolean {
  return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);
}

function isDateFormat(format: string): boolean {
  // Without what is written out, colours and conditions.
  return /[ymdhs]/i.test(format.replace(/"[^"]*"|\\.|_.|\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, ''));
}

/** Characters XML cannot hold are written `_x000D_` in workbooks. */
export function unescaped(text: string): string {
  return text.includes('_x')
    ? text.replace(/_x([0-9a-f]{4})_/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    : text;
}
