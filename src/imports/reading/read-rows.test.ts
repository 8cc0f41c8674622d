import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeZip } from '#platform/zip/write-zip.ts';
import { writeWorkbook } from '#test/support/workbook.ts';
import { FileRefused } from './file-refused.ts';
import type { Encoding, ImportFile } from './import-file.ts';
import type { ImportedRow } from './imported-row.ts';
import { openImportFile } from './open-import-file.ts';
import { defaultLimits } from './read-limits.ts';
import { readRows } from './read-rows.ts';

let folder: string;
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'saglasie-reading-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function stored(bytes: Buffer | string, name = 'people.csv'): Promise<{ path: string; name: string }> {
  const path = join(folder, `${++files}`);
  await writeFile(path, bytes);
  return { path, name };
}

async function read(bytes: Buffer | string, name?: string, limits = defaultLimits) {
  const upload = await stored(bytes, name);
  const file = await openImportFile(upload.path, { fileName: upload.name, limits });
  const rows: ImportedRow[] = [];
  let bytesRead = 0;
  for await (const batch of readRows(upload.path, file, { limits })) {
    rows.push(...batch.rows);
    expect(batch.bytesRead).toBeGreaterThanOrEqual(bytesRead);
    bytesRead = batch.bytesRead;
  }
  expect(bytesRead).toBe(file.bytes);
  return { file, rows, path: upload.path };
}

async function refusal(bytes: Buffer | string, name?: string, limits = defaultLimits) {
  const thrown = await read(bytes, name, limits).catch((cause: unknown) => cause);
  expect(thrown).toBeInstanceOf(FileRefused);
  return thrown as FileRefused;
}

/** Milliseconds of this thread alone: other work on the machine does not count. */
const cpu = () => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

const zipOf = (contents: Readonly<Record<string, string | Buffer>>) =>
  writeZip(
    Object.entries(contents).map(([name, body]) => ({ name, body: Buffer.from(body) })),
    new Date('2026-11-24T10:00:00Z'),
  );

/** The old encodings by their own tables, turned round. */
function encoded(text: string, encoding: Encoding): Buffer {
  if (encoding === 'utf-8') return Buffer.from(text);
  if (encoding === 'utf-16le') return Buffer.from(text, 'utf16le');
  if (encoding === 'utf-16be') return Buffer.from(text, 'utf16le').swap16();
  const table = new Map(
    Array.from({ length: 256 }, (_, byte) => [new TextDecoder(encoding).decode(Uint8Array.of(byte)), byte] as const),
  );
  return Buffer.from([...text].map((letter) => table.get(letter) ?? 63));
}

const people = 'Имейл;Име;Фамилия;Град\r\nmaria@example.bg;Мария;Иванова;Велико Търново\r\nivan@example.bg;Иван;Петров;София\r\n';

describe('A table in text', () => {
  test.each<[string, Encoding, string]>([
    ['UTF-8', 'utf-8', ''],
    ['UTF-8 with its mark', 'utf-8', '\ufeff'],
    ['UTF-16, little end first', 'utf-16le', '\ufeff'],
    ['UTF-16, big end first', 'utf-16be', '\ufeff'],
    ['UTF-16 without a mark', 'utf-16le', ''],
    ['windows-1251', 'windows-1251', ''],
  ])('in %s is read as it was written', async (_, encoding, mark) => {
    const { file, rows } = await read(encoded(mark + people, encoding));
    expect(file.parts[0]).toMatchObject({
      encoding,
      delimiter: ';',
      columns: ['Имейл', 'Име', 'Фамилия', 'Град'],
      headerLine: 1,
    });
    expect(rows.map(({ cells }) => cells)).toEqual([
      ['maria@example.bg', 'Мария', 'Иванова', 'Велико Търново'],
      ['ivan@example.bg', 'Иван', 'Петров', 'София'],
    ]);
    expect(rows.map(({ number, line }) => [number, line])).toEqual([
      [1, 2],
      [2, 3],
    ]);
  });

  test('in windows-1252 is told from windows-1251 by its letters', async () => {
    const text = 'email,name\nzoe@example.org,Zoë Müller\nanais@example.org,Anaïs Lefèvre\n';
    const { file, rows } = await read(encoded(text, 'windows-1252'));
    expect(file.parts[0]?.encoding).toBe('windows-1252');
    expect(file.parts[0]?.remarks).toContainEqual({ code: 'guessed-encoding', values: { encoding: 'windows-1252' } });
    expect(rows[1]?.cells).toEqual(['anais@example.org', 'Anaïs Lefèvre']);
  });

  test('whatever its separator, encoding, quotes and line ends, comes back cell by cell', async () => {
    const word = fc.string({ unit: fc.constantFrom(...'абвгАБВГxyz019"\n ,;|\t'), minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(word, word, word), { minLength: 3, maxLength: 30 }),
        fc.constantFrom(',', ';', '\t', '|'),
        fc.constantFrom<Encoding>('utf-8', 'utf-16le', 'utf-16be', 'windows-1251'),
        fc.constantFrom('\n', '\r\n'),
        async (written, delimiter, encoding, end) => {
          const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
          const rows = written.map(([one, two, three]) => ['а@пример.бг', `${one}я`, `${two}ю`, `${three}ж`]);
          const text = [['имейл', 'едно', 'две', 'три'], ...rows].map((cells) => cells.map(quoted).join(delimiter)).join(end);
          const mark = encoding.startsWith('utf-16') ? '\ufeff' : '';
          const found = await read(encoded(mark + text, encoding));
          expect(found.file.parts[0]).toMatchObject({ encoding, delimiter });
          expect(found.rows.map(({ cells }) => cells)).toEqual(rows);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('of several pieces is read without a seam, in the middle of a letter too', async () => {
    const rows = Array.from({ length: 20_000 }, (_, at) => `n${at}@example.bg,Димитър ${at},"ред\r\n${at}"`);
    const found = await read(`email,name,note\r\n${rows.join('\r\n')}\r\n`);
    expect(found.rows.length).toBe(20_000);
    expect(
      found.rows.every(({ cells, problem }, at) => cells[1] === `Димитър ${at}` && cells[2] === `ред\r\n${at}` && !problem),
    ).toBe(true);
  });

  test('may be read on from any row, and gives the same rows', async () => {
    const text = `email,name\n${Array.from({ length: 50 }, (_, at) => `n${at}@example.bg,${at % 7 === 0 ? '"x' : 'y'}`).join('\n')}`;
    const { file, rows, path } = await read(text);
    for (const from of [1, 2, 17, 50, 51]) {
      const later: ImportedRow[] = [];
      for await (const batch of readRows(path, JSON.parse(JSON.stringify(file)) as ImportFile, { from, batchRows: 3 }))
        later.push(...batch.rows);
      expect(later).toEqual(rows.filter(({ number }) => number >= from));
    }
  });

  test('says `sep=` to itself, has a title, or has no header', async () => {
    expect((await read('sep=|\nemail|name\na@example.bg|Ана, Бел\n')).file.parts[0]).toMatchObject({
      columns: ['email', 'name'],
      headerLine: 2,
      delimiter: '|',
    });
    const titled = await read('Клиенти 2024;;\n;;\nИмейл;Име;Град\na@example.bg;Ана;София\n');
    expect(titled.file.parts[0]).toMatchObject({ columns: ['Имейл', 'Име', 'Град'], headerLine: 3 });
    expect(titled.rows.map(({ line }) => line)).toEqual([4]);
    const bare = await read('a@example.bg,Ана\nb@example.bg,Боян\n');
    expect(bare.file.parts[0]).toMatchObject({ columns: ['A', 'B'], headerLine: 0 });
    expect(bare.rows.length).toBe(2);
  });
});

describe('Bad input', () => {
  test('ragged rows are reported one by one, and the others are read', async () => {
    const { rows } = await read(
      'email,name,city\na@example.bg,Ана\nb@example.bg,Боян,Русе,още\nc@example.bg,Вера,Варна,\nd@example.bg,Гена,Перник\n',
    );
    expect(rows.map(({ line, problem }) => [line, problem])).toEqual([
      [2, { code: 'too-few-cells', values: { cells: 2, columns: 3 } }],
      [3, { code: 'too-many-cells', values: { cells: 4, columns: 3 } }],
      [4, undefined],
      [5, undefined],
    ]);
    expect(rows[1]?.cells, 'nothing of it is lost').toEqual(['b@example.bg', 'Боян', 'Русе', 'още']);
  });

  test('10,000 columns are refused with how many there may be', async () => {
    const wide = (cell: string) => Array(10_000).fill(cell).join(',');
    const refused = await refusal(`${wide('c')}\n${wide('v')}\n`);
    expect([refused.code, refused.values]).toEqual(['import-file-too-many-columns', { most: 2000 }]);
  });

  test('a field of 100 MB is one reported row; memory stays flat and the event loop runs', async () => {
    const upload = await stored('');
    await writeFile(upload.path, 'email,note\na@example.bg,"');
    const block = Buffer.alloc(10_000_000, 'x');
    for (let times = 0; times < 10; times++) await writeFile(upload.path, block, { flag: 'a' });
    await writeFile(upload.path, '"\nb@example.bg,y\n', { flag: 'a' });
    let last = cpu();
    let stall = 0;
    const timer = setInterval(() => {
      stall = Math.max(stall, cpu() - last);
      last = cpu();
    }, 5);
    const before = process.memoryUsage().rss;
    const file = await openImportFile(upload.path, { fileName: 'people.csv' });
    const codes: (string | undefined)[] = [];
    for await (const { rows } of readRows(upload.path, file)) codes.push(...rows.map(({ problem }) => problem?.code));
    clearInterval(timer);
    expect(codes).toEqual(['row-too-long', undefined]);
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
    expect(stall).toBeLessThan(100);
  });

  test('NUL bytes spoil their row alone', async () => {
    const { rows } = await read('email,name\na@example.bg,А\u0000на\nb@example.bg,Боян\n');
    expect(rows.map(({ problem }) => problem?.code)).toEqual(['nul-character', undefined]);
  });

  test('mixed encodings are told of the file and of each row', async () => {
    const utf8 = Array.from({ length: 200 }, (_, at) => `n${at}@example.bg,Мария\n`).join('');
    const mixed = Buffer.concat([
      Buffer.from(`email,name\n${utf8}`),
      encoded('x@example.bg,Иван\n', 'windows-1251'),
      Buffer.from('y@example.bg,Ана\n'),
    ]);
    const modern = await read(mixed);
    expect(modern.file.parts[0]?.encoding).toBe('utf-8');
    expect(modern.file.parts[0]?.remarks).toContainEqual({ code: 'mixed-encoding', values: { lines: 1 } });
    expect(modern.rows.filter(({ problem }) => problem).map(({ number, problem }) => [number, problem?.code])).toEqual([
      [201, 'mixed-encoding'],
    ]);
    const old = await read(Buffer.concat([encoded(`email,name\n${utf8}`, 'windows-1251'), Buffer.from('x@example.bg,Иван\n')]));
    expect(old.file.parts[0]?.encoding).toBe('windows-1251');
    expect(old.rows.filter(({ problem }) => problem).map(({ number, problem }) => [number, problem?.code])).toEqual([
      [201, 'mixed-encoding'],
    ]);
  });

  test('an encoding that shows only after 100,000 rows is found', async () => {
    const plain = Array.from({ length: 100_000 }, (_, at) => `n${at}@example.bg,Ivan\n`).join('');
    const found = await read(encoded(`email,name\n${plain}x@example.bg,Ангел\n`, 'windows-1251'));
    expect(found.rows.at(-1)?.cells).toEqual(['x@example.bg', 'Ангел']);
  });

  test('duplicate headers are told apart, and columns without a name have their letters', async () => {
    const { file } = await read('Email,Email,,Email (2)\na@example.bg,b@example.bg,x,y\n');
    expect(file.parts[0]?.columns).toEqual(['Email', 'Email (2)', 'C', 'Email (2) (2)']);
    expect(file.parts[0]?.remarks).toContainEqual({ code: 'duplicate-columns' });
  });

  test('names that a program keeps for itself are names of columns like others', async () => {
    const { file, rows } = await read('email,__proto__,constructor\na@example.bg,x,y\n');
    expect(file.parts[0]?.columns).toEqual(['email', '__proto__', 'constructor']);
    expect(rows[0]?.cells).toEqual(['a@example.bg', 'x', 'y']);
  });

  test('an empty file, and one of blanks, is refused', async () => {
    expect((await refusal('')).code).toBe('import-file-empty');
    expect((await refusal('\r\n \r\n')).code).toBe('import-file-empty');
    expect((await refusal('\ufeff')).code).toBe('import-file-empty');
  });

  test('a wrong extension changes nothing but a remark', async () => {
    const { file, rows } = await read(people, 'people.xlsx');
    expect(file.format).toBe('csv');
    expect(file.parts[0]?.remarks).toContainEqual({ code: 'other-extension', values: { format: 'csv' } });
    expect(rows.length).toBe(2);
    expect((await read(await writeWorkbook({ Лист1: [['email'], ['a@example.bg']] }), 'people.csv')).file.format).toBe('xlsx');
    expect((await refusal('<html><table><tr><td>email</td></tr></table></html>', 'export.xls')).code).toBe(
      'import-file-web-page',
    );
  });

  test('a zip bomb is refused before it is unpacked, by its ratio and by its size', async () => {
    const bomb = await zipOf({ 'people.csv': Buffer.alloc(50_000_000, 'a') });
    expect(bomb.length).toBeLessThan(100_000);
    expect((await refusal(bomb, 'people.zip')).code).toBe('import-archive-too-large');
    const large = await zipOf({ 'a.csv': people.repeat(100), 'b.csv': people.repeat(100) });
    expect((await refusal(large, 'people.zip', { ...defaultLimits, unpackedBytes: 30_000 })).code).toBe(
      'import-archive-too-large',
    );
    const many = await zipOf(Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`f${at}.csv`, people])));
    expect((await refusal(many, 'people.zip', { ...defaultLimits, archiveFiles: 10 })).code).toBe(
      'import-archive-too-many-files',
    );
  });

  test('an archive that lies, is cut short, locked, climbs or holds no table is refused', async () => {
    const honest = await zipOf({ 'people.csv': people });
    const directory = honest.indexOf(Buffer.from('PK\u0001\u0002'));
    const lying = Buffer.from(honest);
    lying.writeUInt32LE(10, directory + 24);
    expect((await refusal(lying)).code).toBe('import-archive-damaged');
    const other = Buffer.from(honest);
    other.writeUInt32LE(0, directory + 16);
    expect((await refusal(other)).code).toBe('import-archive-damaged');
    expect((await refusal(honest.subarray(0, honest.length - 30))).code).toBe('import-archive-damaged');
    const locked = Buffer.from(honest);
    locked.writeUInt16LE(locked.readUInt16LE(directory + 8) | 1, directory + 8);
    expect((await refusal(locked)).code).toBe('import-archive-locked');
    const climbing = Buffer.from(
      (await zipOf({ 'xxxxx/people.csv': people })).toString('latin1').replaceAll('xxxxx/people', '../../people'),
      'latin1',
    );
    expect((await refusal(climbing)).code).toBe('import-archive-unsafe-name');
    expect((await refusal(await zipOf({ 'picture.png': 'x' }))).code).toBe('import-archive-without-table');
    expect(
      (await refusal(await zipOf({ mimetype: 'application/vnd.oasis.opendocument.spreadsheet', 'content.xml': '<x/>' }))).code,
    ).toBe('import-file-open-document');
  });

  test('5 GB are refused by the size alone, before a byte is read', async () => {
    const upload = await stored('email\n');
    await truncate(upload.path, 5_000_000_000);
    const begun = cpu();
    const thrown = await openImportFile(upload.path, { fileName: 'people.csv' }).catch((cause: unknown) => cause);
    expect(thrown).toMatchObject({ code: 'import-file-too-large', values: { megabytes: 2000 } });
    // Reading five billion bytes would cost seconds of this thread.
    expect(cpu() - begun).toBeLessThan(1000);
    await truncate(upload.path, 0);
  });

  test('no bytes at all make it crash', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom('', 'PK\u0003\u0004', 'BEGIN:VCARD\n', 'a,b\n'),
        async (bytes, head) => {
          const outcome = await read(Buffer.concat([Buffer.from(head), bytes])).catch((cause: unknown) => cause);
          if (outcome instanceof Error) expect(outcome).toBeInstanceOf(FileRefused);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('An archive of tables', () => {
  test('has a part for each of them, and numbers that run over all', async () => {
    const bytes = await zipOf({
      'subscribed.csv': 'Email Address,First Name\na@example.bg,Ана\nb@example.bg,Боян\n',
      'cleaned.csv': 'Email Address,First Name\nc@example.bg,Вера\n',
      'readme.md': 'x',
      '__MACOSX/_cleaned.csv': 'x',
      'empty.csv': '',
    });
    const { file, rows } = await read(bytes, 'export.zip');
    expect(file.format).toBe('zip');
    expect(file.parts.map(({ name }) => name)).toEqual(['cleaned.csv', 'subscribed.csv']);
    expect(file.parts[0]?.remarks).toContainEqual({ code: 'other-files', values: { files: 2 } });
    expect(rows.map(({ number, part, line, cells }) => [number, part, line, cells[0]])).toEqual([
      [1, 0, 2, 'c@example.bg'],
      [2, 1, 2, 'a@example.bg'],
      [3, 1, 3, 'b@example.bg'],
    ]);
  });
});

describe('A workbook', () => {
  test('gives texts, numbers, days, booleans and the last results of formulas as text', async () => {
    const bytes = await writeWorkbook({
      Клиенти: [
        ['Имейл', 'Име', 'Телефон', 'Рожден ден', 'Абониран', 'Час', 'Изчислено'],
        [
          'a@example.bg',
          'Ана & "Бел" <x>',
          359888123456,
          { date: 45_000 },
          true,
          { date: 45_000.5 },
          { xml: '<c r="REF" t="str"><f>1+1</f><v>2</v></c>' },
        ],
        [
          'b@example.bg',
          null,
          { xml: '<c r="REF"><v>3.59888123456E11</v></c>' },
          { xml: '<c r="REF" t="inlineStr"><is><r><t>Пе</t></r><r><t>тър</t></r><rPh><t>x</t></rPh></is></c>' },
        ],
      ],
    });
    const { file, rows } = await read(bytes, 'clients.xlsx');
    expect(file.parts[0]).toMatchObject({ name: 'Клиенти', format: 'xlsx', headerLine: 1 });
    expect(rows.map(({ cells }) => cells)).toEqual([
      ['a@example.bg', 'Ана & "Бел" <x>', '359888123456', '2023-03-15', 'TRUE', '2023-03-15T12:00:00', '2'],
      ['b@example.bg', '', '359888123456', 'Петър', '', '', ''],
    ]);
  });

  test('counts days from 1904 where it says so, and reads the sheet that is seen or asked for', async () => {
    const sheets = {
      Тайни: [['email'], ['x@example.bg']],
      Хора: [
        ['email', 'date'],
        ['a@example.bg', { date: 0 + 1 }],
      ],
    };
    const bytes = await writeWorkbook(sheets, { hidden: 'Тайни', is1904: true });
    const { file, rows } = await read(bytes, 'clients.xlsx');
    expect(file.parts[0]?.remarks).toContainEqual({ code: 'other-sheets', values: { sheets: 1 } });
    expect(rows.map(({ cells }) => cells)).toEqual([['a@example.bg', '1904-01-02']]);
    const upload = await stored(bytes);
    expect((await openImportFile(upload.path, { fileName: 'c.xlsx', sheet: 'Тайни' })).parts[0]?.name).toBe('Тайни');
  });

  test('that declares entities, is cut off, or is of another kind is refused', async () => {
    const laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><sst><si><t>&b;</t></si></sst>';
    const sheet = { Лист: [['email'], ['a@example.bg']] };
    expect((await refusal(await writeWorkbook(sheet, { files: { 'xl/sharedStrings.xml': laughs } }))).code).toBe(
      'import-file-damaged',
    );
    const unclosed = { 'xl/worksheets/sheet1.xml': '<worksheet><sheetData><row><c><v>1' };
    expect((await refusal(await writeWorkbook(sheet, { files: unclosed }))).code).toBe('import-file-damaged');
    expect((await refusal(await zipOf({ '[Content_Types].xml': '<Types/>', 'xl/workbook.bin': 'x' }))).code).toBe(
      'import-file-binary-workbook',
    );
    expect((await refusal(await writeWorkbook({ Празен: [] }))).code).toBe('import-file-no-table');
  });
});
