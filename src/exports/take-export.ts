import { sql } from 'kysely';
import { type Database, inTransaction, onConnection, type Transaction } from '#platform/database/connect.ts';
import { copyOut } from '#platform/database/copy-out.ts';
import { type CopiedFor, type PeopleColumn, queryPeople } from '#src/contacts/people-columns.ts';
import type { Discloser } from '#src/disclosures/disclosure.ts';
import { disclosureWords as bg } from '#src/languages/bg/disclosures.ts';
import { disclosureWords as en } from '#src/languages/en/disclosures.ts';
import { findPurpose } from '#src/purposes/find-purpose.ts';
import type { Channel } from '#src/purposes/purpose.ts';
import { lastPart } from './count-export.ts';
import type { BulkExport, BulkFormat, Outcome } from './export.ts';
import { listExportFields } from './fields.ts';
import { findExport } from './find-export.ts';
import { Out } from './out.ts';
import type { PeopleWriter } from './people-writer.ts';
import { writeCards } from './write-cards.ts';
import { writeJson } from './write-json.ts';
import { type SheetRow, writeSheetRows, writeWorkbook } from './write-sheet.ts';
import { writeTable } from './write-table.ts';

/** Parts, of a hundred people each, asked about and written down in one transaction. */
const GIVEN_AT_ONCE = 100;
/** Parts read into memory at a time. */
const READ_AT_ONCE = 20;

const fileEndings: Readonly<Record<BulkFormat, string>> = {
  csv: 'csv',
  'csv-spreadsheet': 'csv',
  xlsx: 'xlsx',
  json: 'json',
  jsonl: 'jsonl',
  vcf: 'vcf',
};
export const mediaTypes: Readonly<Record<BulkFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  'csv-spreadsheet': 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  json: 'application/json; charset=utf-8',
  jsonl: 'application/x-ndjson; charset=utf-8',
  vcf: 'text/vcard; charset=utf-8',
};

/** Names nobody, and says the day: file names end up in logs and download lists. */
export function exportFileName(asked: Pick<BulkExport, 'format'>, now: Date): string {
  return `saglasie-people-${now.toISOString().slice(0, 10)}.${fileEndings[asked.format]}`;
}

/**
 * Begins to give a copy out. Throws the database's refusal (SG007) when it may not be: to anybody but whoever asked, twice,
 * too late, or of many without a second person. Answers the number of the attempt, for {@link readExport}.
 */
export async function beginExport(tx: Transaction, id: string, by: Discloser): Promise<number> {
  const { rows } = await sql<{ attempt: number }>`
    select begin_export(${id}::uuid, ${by.kind}, ${by.id ?? null}::uuid) as attempt`.execute(tx);
  return rows[0]?.attempt ?? 0;
}

/**
 * The copy, byte by byte as it is taken; no file is ever written. Of every hundred hundred people the database is asked at that
 * moment whether they may be given, and has written down that they are, before the first byte about them leaves. It works on the
 * next while these are on their way: should the receiver go away, up to ten thousand more are in the log than have arrived,
 * never fewer. Whoever went away may begin again until it was taken whole.
 */
export async function* readExport(db: Database, id: string, attempt: number, now: Date): AsyncGenerator<Buffer<ArrayBuffer>> {
  let isWhole = false;
  try {
    const asked = await findExport(db, id);
    if (!asked) throw new Error('an export that has begun is there');
    yield* asked.format === 'xlsx' ? workbookOf(db, asked, attempt, now) : await textOf(db, asked, attempt, now);
    isWhole = true;
  } finally {
    await sql`select end_export(${id}::uuid, ${attempt}, ${isWhole})`.execute(db);
  }
}

async function textOf(db: Database, asked: BulkExport, attempt: number, now: Date): Promise<AsyncGenerator<Buffer<ArrayBuffer>>> {
  const { columns, use, labels } = await columnsOf(db, asked);
  const writer =
    asked.format === 'vcf'
      ? writeCards(columns)
      : asked.format === 'json' || asked.format === 'jsonl'
        ? writeJson(columns, asked.format === 'jsonl' ? 'lines' : await aboutOf(db, asked, now))
        : writeTable(columns, {
            delimiter: asked.delimiter,
            isForSpreadsheet: asked.format === 'csv-spreadsheet',
            headings: asked.format === 'csv' ? asked.fields : columns.map(({ key }) => labels.get(key) ?? key),
          });
  return pieces(db, asked, attempt, writer, use);
}

async function* pieces(
  db: Database,
  asked: BulkExport,
  attempt: number,
  writer: PeopleWriter,
  use: CopiedFor | undefined,
): AsyncGenerator<Buffer<ArrayBuffer>> {
  const out = new Out();
  writer.begin(out);
  for await (const _ of peopleOf(db, asked, attempt, writer, use, out)) yield out.take();
  writer.end(out);
  yield out.take();
}

async function* workbookOf(db: Database, asked: BulkExport, attempt: number, now: Date): AsyncGenerator<Buffer<ArrayBuffer>> {
  const { columns, use, labels } = await columnsOf(db, asked);
  const words = wordsOf(asked);
  const about = await aboutOf(db, asked, now);
  const out = new Out();
  const row: SheetRow = { next: 2 };
  async function* rows() {
    for await (const people of peopleOf(db, asked, attempt, writeSheetRows(columns, row), use, out))
      yield { people, bytes: out.take() };
  }
  const book = {
    headings: columns.map(({ key }) => labels.get(key) ?? key),
    sheetName: words.sheet.people,
    aboutName: words.sheet.about,
    about: [
      [words.sheet.exportedAt, about.exportedAt],
      [words.sheet.purpose, about.purpose ?? words.rules[asked.rule]],
      [words.sheet.recipient, `${about.recipient} (${words.recipientKinds[asked.recipient.kind]})`],
      [words.sheet.statement, about.statement],
      [words.sheet.shortened, ''],
    ] as const,
    people: asked.chosen,
  };
  const reading = rows();
  const file = writeWorkbook(book, reading, row, now);
  try {
    for await (const bytes of file) yield bytes as Buffer<ArrayBuffer>;
  } finally {
    await reading.return(undefined);
  }
}

/** Gives and reads; what was read is in `out` each time this answers how many people it was. */
async function* peopleOf(
  db: Database,
  asked: BulkExport,
  attempt: number,
  writer: PeopleWriter,
  use: CopiedFor | undefined,
  out: Out,
): AsyncGenerator<number> {
  const last = await lastPart(db, asked.id);
  // A few at first, so that reading begins soon; then many, while those before them are read.
  let first = 0;
  let parts = READ_AT_ONCE;
  let giving = give(db, asked.id, attempt, first, first + parts - 1, last);
  while (first <= last) {
    const given = (await giving)['given'] ?? 0;
    const next = first + parts;
    giving = give(db, asked.id, attempt, next, next + GIVEN_AT_ONCE - 1, last);
    // Awaited in the next turn, or by nobody when the receiver has gone.
    giving.catch(() => {});
    for (let from = first; (from - first) * 100 < given; from += READ_AT_ONCE) {
      // As an array: the index is walked along it, in its order.
      const which = `c.id = any (array(select unnest(contact_ids) from disclosure_part where disclosure_id = '${asked.id}'
        and attempt = ${attempt} and no between ${from} and ${from + READ_AT_ONCE - 1} order by no))`;
      const query = queryPeople(asked.fields, which, use);
      let read = 0;
      await onConnection(db, (client) =>
        copyOut(client, query.sql, query.columns.length, (row) => {
          writer.row(out, row);
          read += 1;
        }),
      );
      if (read > 0) yield read;
    }
    first = next;
    parts = GIVEN_AT_ONCE;
  }
  await giving;
}

async function give(db: Database, id: string, attempt: number, first: number, upTo: number, last: number): Promise<Outcome> {
  if (first > last) return {};
  return inTransaction(db, async (tx) => {
    const { rows } = await sql<{ outcome: Outcome }>`
      select give_export_parts(${id}::uuid, ${attempt}, ${first}, ${upTo}) as outcome`.execute(tx);
    return rows[0]?.outcome ?? {};
  });
}

async function columnsOf(
  db: Database,
  asked: BulkExport,
): Promise<{ columns: readonly PeopleColumn[]; use: CopiedFor | undefined; labels: ReadonlyMap<string, string> }> {
  const purpose = asked.purpose && (await findPurpose(db, asked.purpose.id));
  const use: CopiedFor | undefined = purpose
    ? {
        purposeId: purpose.id,
        channel: (asked.purpose?.channel ?? 'none') as Channel,
        register: purpose.legalBasis === 'consent' ? 'consent' : 'basis',
      }
    : undefined;
  // What may be exported was decided when it was asked for; these are only its names.
  const labels = new Map((await listExportFields(db, 'owner')).map(({ key, label }) => [key, label[asked.language]]));
  return { columns: queryPeople(asked.fields, 'true', use).columns, use, labels };
}

async function aboutOf(db: Database, asked: BulkExport, now: Date) {
  const purpose = asked.purpose && (await findPurpose(db, asked.purpose.id));
  return {
    exportedAt: now.toISOString(),
    purpose: purpose ? purpose.name[asked.language] : null,
    channel: asked.purpose?.channel ?? null,
    recipient: asked.recipient.name,
    recipientKind: asked.recipient.kind,
    statement: asked.statement,
  };
}

function wordsOf(asked: BulkExport) {
  return { bg, en }[asked.language];
}
