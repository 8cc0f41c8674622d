import { writeZip } from '#platform/zip/write-zip.ts';

/** A cell as it stands in the sheet's XML: a text is shared, a number plain, `date` a number in the style of a day. */
export type WorkbookCell = string | number | boolean | null | { readonly date: number } | { readonly xml: string };

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** A workbook as Excel writes it, as small as it may be. The first sheet is hidden where `hidden` is so. */
export async function writeWorkbook(
  sheets: Readonly<Record<string, readonly (readonly WorkbookCell[])[]>>,
  options: { readonly hidden?: string; readonly is1904?: boolean; readonly files?: Readonly<Record<string, string>> } = {},
): Promise<Buffer> {
  const texts: string[] = [];
  const cell = (value: WorkbookCell, reference: string) => {
    if (value === null) return '';
    if (typeof value === 'number') return `<c r="${reference}"><v>${value}</v></c>`;
    if (typeof value === 'boolean') return `<c r="${reference}" t="b"><v>${value ? 1 : 0}</v></c>`;
    if (typeof value === 'object' && 'date' in value) return `<c r="${reference}" s="1"><v>${value.date}</v></c>`;
    if (typeof value === 'object') return value.xml.replace('REF', reference);
    if (!texts.includes(value)) texts.push(value);
    return `<c r="${reference}" t="s"><v>${texts.indexOf(value)}</v></c>`;
  };
  const entries = Object.entries(sheets);
  const bodies = entries.map(([, rows]) => {
    const lines = rows.map((row, line) => {
      const cells = row.map((value, column) => cell(value, `${letters(column)}${line + 1}`)).join('');
      return `<row r="${line + 1}">${cells}</row>`;
    });
    return `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${lines.join('')}</sheetData></worksheet>`;
  });
  const xml: Record<string, string> = {
    '[Content_Types].xml': '<Types/>',
    'xl/workbook.xml': `<workbook xmlns:r="r"><workbookPr date1904="${options.is1904 ? 1 : 0}"/><sheets>${entries
      .map(([name], at) => {
        const state = options.hidden === name ? ' state="hidden"' : '';
        return `<sheet name="${escaped(name)}" sheetId="${at + 1}"${state} r:id="rId${at + 1}"/>`;
      })
      .join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships>${entries
      .map((_, at) => `<Relationship Id="rId${at + 1}" Target="worksheets/sheet${at + 1}.xml"/>`)
      .join('')}</Relationships>`,
    'xl/styles.xml': '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
    'xl/sharedStrings.xml': `<sst>${texts.map((text) => `<si><t>${escaped(text)}</t></si>`).join('')}</sst>`,
    ...Object.fromEntries(bodies.map((body, at) => [`xl/worksheets/sheet${at + 1}.xml`, body])),
    ...options.files,
  };
  const files = Object.entries(xml).map(([name, body]) => ({ name, body: Buffer.from(body) }));
  return writeZip(files, new Date('2026-11-24T10:00:00Z'));
}

function letters(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : letters(Math.floor(index / 26) - 1) + letter;
}
