import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { ByteSource } from './byte-source.ts';
import type { TextRow } from './csv-tokenizer.ts';
import { readCards } from './read-cards.ts';
import { defaultLimits } from './read-limits.ts';
import { vcardColumns } from './vcard-columns.ts';

async function cardsOf(text: string, piece = 7, limits = defaultLimits): Promise<TextRow[]> {
  const bytes = Buffer.from(text);
  const pieces = Array.from({ length: Math.ceil(bytes.length / piece) }, (_, at) => bytes.subarray(at * piece, (at + 1) * piece));
  const source: ByteSource = { name: 'cards', bytes: bytes.length, open: async () => Readable.from(pieces) };
  const rows: TextRow[] = [];
  for await (const read of readCards(source, 'utf-8', limits)) rows.push(...read.rows);
  return rows;
}

const card = (...lines: string[]) => ['BEGIN:VCARD', 'VERSION:3.0', ...lines, 'END:VCARD', ''].join('\r\n');
const filled = (row: TextRow | undefined) =>
  Object.fromEntries(vcardColumns.flatMap((column, at) => (row?.cells[at] ? [[column, row.cells[at]]] : [])));

describe('Cards', () => {
  test('several in a file are as many rows, folded lines are one, wherever the pieces of the file end', async () => {
    const text = card('FN:Мария', 'EMAIL:maria@exa', ' mple.bg') + card('FN:Иван', 'NOTE:едно', '\tдве');
    for (const piece of [1, 3, 64, 1000]) {
      const rows = await cardsOf(text, piece);
      expect(rows.map(filled)).toEqual([
        { FN: 'Мария', EMAIL: 'maria@example.bg' },
        { FN: 'Иван', NOTE: 'еднодве' },
      ]);
      expect(rows.map(({ line, problem }) => [line, problem])).toEqual([
        [1, undefined],
        [2, undefined],
      ]);
    }
  });

  test('what is escaped is text, and what divides does not', async () => {
    const [row] = await cardsOf(
      card('N:Иванова\\;Колева;Мария;;;', 'ORG:А\\, Б;Отдел', 'NOTE:първи\\nвтори\\\\', 'CATEGORIES:а\\,б,в'),
    );
    expect(filled(row)).toEqual({
      'N given': 'Мария',
      'N family': 'Иванова;Колева',
      ORG: 'А, Б, Отдел',
      NOTE: 'първи\nвтори\\',
      CATEGORIES: 'а,б, в',
    });
  });

  test('quoted-printable of old cards is read in its own encoding', async () => {
    const [row] = await cardsOf(
      card('FN;CHARSET=windows-1251;ENCODING=QUOTED-PRINTABLE:=CC=E0=F0=', '=E8=FF', 'TEL;CELL:0888 123 456'),
    );
    expect(filled(row)).toEqual({ FN: 'Мария', TEL: '0888 123 456' });
  });

  test('the preferred address is the first', async () => {
    const [row] = await cardsOf(
      card('FN:М', 'EMAIL:b@example.bg', 'EMAIL;TYPE=PREF,HOME:a@example.bg', 'TEL;VALUE=uri:tel:+359888123456'),
    );
    expect(filled(row)).toEqual({ FN: 'М', EMAIL: 'a@example.bg\nb@example.bg', TEL: '+359888123456' });
  });

  test('a card without an end, and one of nobody, is reported, and the next is read', async () => {
    const rows = await cardsOf(`${card('FN:Ана')}BEGIN:VCARD\r\nFN:Прекъсната\r\n${card('NOTE:никой')}${card('FN:Вера')}`);
    expect(rows.map(({ problem }) => problem?.code)).toEqual([undefined, 'damaged-card', 'damaged-card', undefined]);
    expect(filled(rows[1])).toEqual({ FN: 'Прекъсната' });
  });

  test('a picture is not kept, and an endless line costs its own card', async () => {
    const small = { ...defaultLimits, rowCharacters: 2000 };
    const picture = ['PHOTO;ENCODING=b:', ...Array.from({ length: 500 }, () => ` ${'A'.repeat(70)}`)];
    const rows = await cardsOf(
      card('FN:Ана', ...picture) + card('FN:Боян', `NOTE:${'x'.repeat(9000)}`) + card('FN:Вера'),
      500,
      small,
    );
    expect(rows.map(({ problem }) => problem?.code)).toEqual([undefined, 'row-too-long', undefined]);
    expect(filled(rows[0])).toEqual({ FN: 'Ана' });
    expect(Math.max(...rows.flatMap(({ cells }) => cells.map(({ length }) => length)))).toBeLessThanOrEqual(2000);
  });
});
