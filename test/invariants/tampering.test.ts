import type pg from 'pg';
import { beforeAll, describe, expect, test } from 'vitest';
import { type BinaryRow, copyOut, int64At } from '#platform/database/copy-out.ts';
import { eraseContact } from '#src/erasure/erase-contact.ts';
import { appendEntries } from '#src/ledger/append-entries.ts';
import { LEAF_COLUMNS, leafColumns } from '#src/ledger/leaf-of-row.ts';
import { createSequencer } from '#src/ledger/sequence-entries.ts';
import { type Snapshot, snapshotOf } from '#src/ledger/snapshot.ts';
import { verifySnapshot } from '#src/ledger/verify-ledger.ts';
import { aConsent, aContact, aNewsletter, anAct, aPurpose, testKeys, useStore } from '#test/support/factories.ts';
import { type Random, randomOf } from '../../bench/generate/random.ts';

/** Ten thousand in all: most on a copy of the rows in memory, the rest by the owner of the database, past every protection. */
const IN_MEMORY = 9_700;
const IN_DATABASE = 300;
const SEED = 20_261_124;

const store = useStore();
let outsideNote = '';
let ledger: Ledger;
let keyRows: pg.QueryResultRow[];

beforeAll(async () => {
  const outside = {
    path: 'outside',
    read: async () => outsideNote || undefined,
    keep: async (note: string) => {
      outsideNote = note;
    },
  };
  const sequencer = createSequencer({
    db: store.db,
    openKeys: async () => testKeys,
    origin: 'crm.primer.bg/ledger',
    outside,
  });
  const live = async (many: number) =>
    store.write(async (tx) => {
      const newsletter = await aNewsletter(tx);
      for (let person = 0; person < many; person++) await aConsent(tx, await aContact(tx), newsletter, { validMonths: 12 });
    });
  const forgotten = async (many: number) => {
    const contactId = await store.write(async (tx) => {
      const id = await aContact(tx);
      const act = await anAct(tx, id, await aNewsletter(tx));
      const refusal = {
        ...act,
        kind: 'consent-refused' as const,
        occurredAt: new Date(),
        evidence: { submission: 'a1', shown: true },
      };
      await appendEntries(
        tx,
        Array.from({ length: many }, () => refusal),
      );
      return id;
    });
    await sequencer.drain();
    await store.write((tx) => eraseContact(tx, { contactId, reason: 'request' }));
  };
  await sequencer.drain();
  await live(6);
  await sequencer.drain();
  await forgotten(190);
  await live(4);
  await sequencer.drain();
  await forgotten(90);
  await live(6);
  await sequencer.drain();
  await live(2);
  await store.write((tx) => aPurpose(tx, { slug: 'another-purpose' }));
  ledger = await readLedger();
  keyRows = (await store.owner('select name, public_key from ledger_key')).rows;
});

/** Rows of each table, each row its columns in binary. */
type Row = (Buffer | null)[];
const tables = ['ledger_entry', 'ledger_leaf', 'ledger_tile', 'ledger_checkpoint', 'ledger_erased', 'ledger_waiting'] as const;
type Ledger = Record<(typeof tables)[number], Row[]>;
const POSITION = 0;
const SIZE = 1;

async function readLedger(): Promise<Ledger> {
  const client = await store.session('owner');
  const read = async (query: string, columns: number) => {
    const rows: Row[] = [];
    await copyOut(client, query, columns, (row) => {
      rows.push(
        Array.from(row.at, (at, column) =>
          (row.length[column] ?? -1) < 0 ? null : Buffer.from(row.bytes.subarray(at, at + (row.length[column] ?? 0))),
        ),
      );
    });
    return rows;
  };
  try {
    return {
      ledger_entry: await read(
        `select ${leafColumns} from ledger_entry e left join ledger_salt s using (contact_id)`,
        LEAF_COLUMNS,
      ),
      ledger_leaf: await read('select position, entry_id, leaf_hash from ledger_leaf order by position', 3),
      ledger_tile: await read('select level, number, root from ledger_tile order by level, number', 3),
      ledger_checkpoint: await read('select number, size, root, note from ledger_checkpoint order by number', 4),
      ledger_erased: await read('select id, leaf_hash from ledger_erased', 2),
      ledger_waiting: await read('select entry_id, leaf_hash from ledger_waiting', 2),
    };
  } finally {
    client.release();
  }
}

/** Rows nobody touched are put together once. */
const known = new WeakMap<Row, BinaryRow>();

function binaryRow(row: Row): BinaryRow {
  const made = known.get(row) ?? makeBinaryRow(row);
  known.set(row, made);
  return made;
}

function makeBinaryRow(row: Row): BinaryRow {
  const at = new Int32Array(row.length);
  const length = new Int32Array(row.length);
  let end = 0;
  for (const [column, value] of row.entries()) {
    at[column] = end;
    length[column] = value?.length ?? -1;
    end += value?.length ?? 0;
  }
  return { bytes: Buffer.concat(row.filter((value) => value !== null)), at, length };
}

/** As PostgreSQL would answer the questions of a verification, from rows in memory. */
function snapshotIn(rows: Ledger): Snapshot {
  return {
    async rows(query, _, onRow) {
      const table = tables.find((name) => new RegExp(`from ${name}\\b`).test(query));
      if (!table) throw new Error(`an unexpected question: ${query}`);
      const disordered = query.includes('order by') && rows[table] !== ledger[table];
      const ordered = disordered ? rows[table].toSorted(compareKeys) : rows[table];
      for (const row of ordered) onRow(binaryRow(row));
    },
    async query<R extends pg.QueryResultRow>(query: string) {
      const answer = query.includes('from ledger_key')
        ? keyRows
        : query.includes('as matched')
          ? [{ wrong: '0', matched: '0', held: '0' }]
          : [];
      return answer as unknown as R[];
    },
  };
}

function compareKeys(a: Row, b: Row): number {
  for (const column of a.length === 3 && a[0]?.length === 2 ? [0, 1] : [0]) {
    const order = Buffer.compare(a[column] ?? Buffer.alloc(0), b[column] ?? Buffer.alloc(0));
    if (order !== 0) return order;
  }
  return 0;
}

const among = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
const below = (random: Random, many: number) => Math.floor(random() * many);

/** One tampering; says in words what was done. */
function tamper(random: Random): { what: string; rows: Ledger; note: string } {
  const rows: Ledger = { ...ledger };
  const table = among(random, tables);
  const held = rows[table];
  const at = below(random, held.length);
  const row = held[at] as Row;
  const kind = among(random, [
    'flip',
    'flip',
    'flip',
    'flip',
    'delete',
    'delete',
    'swap',
    'swap',
    'double',
    'truncate',
    'roll back',
    'outside',
  ]);
  switch (kind) {
    case 'flip': {
      const column = among(
        random,
        row.flatMap((value, index) => (value && value.length > 0 ? [index] : [])),
      );
      const value = Buffer.from(row[column] as Buffer);
      const place = below(random, value.length);
      value[place] = (value[place] as number) ^ (1 << below(random, 8));
      rows[table] = held.with(at, row.with(column, value));
      return { what: `a bit of column ${column}, byte ${place}, of row ${at} of ${table} flipped`, rows, note: outsideNote };
    }
    case 'delete':
      rows[table] = held.toSpliced(at, 1);
      return { what: `row ${at} of ${table} deleted`, rows, note: outsideNote };
    case 'swap': {
      const other = held[below(random, held.length)] as Row;
      const differing = row.flatMap((value, column) =>
        Buffer.compare(value ?? Buffer.alloc(0), other[column] ?? Buffer.alloc(0)) === 0 ? [] : [column],
      );
      // Rows are the same everywhere, or in everything but what they are called by: another attempt.
      if (differing.length === 0 || (table === 'ledger_tile' && differing.length < 2)) return tamper(random);
      const column = among(random, differing);
      rows[table] = held.map((one) =>
        one === row
          ? one.with(column, other[column] as Buffer | null)
          : one === other
            ? one.with(column, row[column] as Buffer | null)
            : one,
      );
      return { what: `column ${column} of two rows of ${table} exchanged`, rows, note: outsideNote };
    }
    case 'double':
      rows[table] = held.toSpliced(at, 0, row);
      return { what: `row ${at} of ${table} doubled`, rows, note: outsideNote };
    case 'truncate': {
      const kept = below(random, held.length);
      rows[table] = held.slice(0, kept);
      return { what: `${table} truncated to ${kept} rows`, rows, note: outsideNote };
    }
    case 'roll back':
      return rollBack(random);
    case 'outside': {
      const place = below(random, outsideNote.length);
      const letter = String.fromCharCode(outsideNote.charCodeAt(place) ^ 1);
      return {
        what: `character ${place} of the checkpoint kept outside changed`,
        rows,
        note: outsideNote.slice(0, place) + letter + outsideNote.slice(place + 1),
      };
    }
    default:
      throw new Error(kind);
  }
}

/** The database as it was at an earlier checkpoint: consistent in itself. */
function rollBack(random: Random): { what: string; rows: Ledger; note: string } {
  const number = below(random, ledger.ledger_checkpoint.length - 1);
  const size = int64At(ledger.ledger_checkpoint[number]?.[SIZE] as Buffer, 0);
  const leaves = ledger.ledger_leaf.filter((row) => int64At(row[POSITION] as Buffer, 0) < size);
  const known = new Set(leaves.map((row) => row[1]?.toString('hex')));
  const placed = (row: Row) => known.has(row[0]?.toString('hex'));
  const rows: Ledger = {
    ledger_entry: ledger.ledger_entry.filter(placed),
    ledger_erased: ledger.ledger_erased.filter(placed),
    ledger_leaf: leaves,
    ledger_tile: ledger.ledger_tile.slice(0, Math.floor(size / 256)),
    ledger_checkpoint: ledger.ledger_checkpoint.slice(0, number + 1),
    ledger_waiting: [],
  };
  return { what: `everything rolled back to checkpoint ${number}`, rows, note: outsideNote };
}

describe(`Of ${IN_MEMORY + IN_DATABASE} random tamperings, every one is found:`, () => {
  test('untouched, everything holds, in memory and in the database', async () => {
    expect(await verifySnapshot(snapshotIn(ledger), testKeys, outsideNote)).toMatchObject({
      holds: true,
      findings: [],
      size: expect.toSatisfy((size) => size > 256),
    });
    expect(await store.verify(outsideNote)).toMatchObject({ holds: true, findings: [] });
  });

  test(`${IN_MEMORY} on a copy of its rows`, async () => {
    const random = randomOf(SEED, 0);
    const missed: string[] = [];
    const codes = new Set<string>();
    for (let time = 0; time < IN_MEMORY; time++) {
      const { what, rows, note } = tamper(random);
      const { holds, findings } = await verifySnapshot(snapshotIn(rows), testKeys, note);
      if (holds || findings.length === 0) missed.push(what);
      for (const { code } of findings) codes.add(code);
    }
    expect(missed).toEqual([]);
    // Each way of naming what is wrong was needed.
    expect(codes.size).toBeGreaterThan(10);
  }, 300_000);

  test(`${IN_DATABASE} by the owner of the database, with every protection switched off`, async () => {
    const random = randomOf(SEED, 1);
    const client = await store.session('owner');
    const missed: string[] = [];
    try {
      for (let time = 0; time < IN_DATABASE; time++) {
        const statement = statements[time % statements.length]?.(random) ?? '';
        await client.query('begin; set local session_replication_role = replica');
        try {
          const [result] = [await client.query(statement)].flat();
          if ((result?.rowCount ?? 0) === 0) throw new Error(`nothing was tampered with: ${statement}`);
          const { holds } = await verifySnapshot(snapshotOf(client), testKeys, outsideNote);
          if (holds) missed.push(statement);
        } finally {
          await client.query('rollback');
        }
      }
    } finally {
      client.release();
    }
    expect(missed).toEqual([]);
  }, 300_000);
});

const anyOf = (random: Random, table: string) => `(select ctid from ${table} order by md5(ctid::text || '${random()}') limit 1)`;
const flipped = (random: Random, column: string) => {
  const bit = below(random, 256);
  return `set_bit(${column}, ${bit}, 1 - get_bit(${column}, ${bit}))`;
};
const flipOf = (table: string, column: string) => (random: Random) =>
  `update ${table} set ${column} = ${flipped(random, column)} where ctid = ${anyOf(random, table)}`;
const deleteOf = (table: string) => (random: Random) => `delete from ${table} where ctid = ${anyOf(random, table)}`;
const changeOf = (table: string, change: string) => (random: Random) =>
  `update ${table} set ${change} where ctid = ${anyOf(random, table)}`;

const statements: readonly ((random: Random) => string)[] = [
  flipOf('ledger_entry', 'leaf_hash'),
  flipOf('ledger_leaf', 'leaf_hash'),
  flipOf('ledger_tile', 'root'),
  flipOf('ledger_checkpoint', 'root'),
  flipOf('ledger_erased', 'leaf_hash'),
  flipOf('ledger_waiting', 'leaf_hash'),
  flipOf('ledger_key', 'public_key'),
  deleteOf('ledger_entry'),
  deleteOf('ledger_leaf'),
  deleteOf('ledger_tile'),
  deleteOf('ledger_checkpoint'),
  deleteOf('ledger_erased'),
  deleteOf('ledger_waiting'),
  deleteOf('ledger_key'),
  deleteOf('permission_state'),
  changeOf('ledger_entry', `occurred_at = occurred_at - interval '1 millisecond'`),
  changeOf('ledger_entry', `evidence = evidence || '{"told": "by phone"}'`),
  changeOf('ledger_entry', `method = method || '-by-phone'`),
  changeOf('ledger_entry', `id = gen_random_uuid()`),
  changeOf('ledger_leaf', 'position = position + 100000'),
  changeOf('ledger_leaf', 'entry_id = gen_random_uuid()'),
  changeOf('ledger_checkpoint', 'size = size + 1'),
  changeOf('ledger_checkpoint', 'number = number + 1000'),
  changeOf('ledger_checkpoint', `note = replace(note, split_part(note, E'\\n', 2), '7')`),
  changeOf('ledger_key', `name = 'crm.elsewhere.bg/ledger'`),
  changeOf('permission_state', `kind = 'consent-given', occurred_at = occurred_at + interval '1 second'`),
  (random) => `delete from ledger_leaf where position >= ${below(random, 250)}`,
  (random) => `with l as (delete from ledger_leaf where position >= ${below(random, 150)} returning entry_id)
    delete from ledger_erased where id in (select entry_id from l)`,
  () => 'insert into ledger_erased select gen_random_uuid(), leaf_hash from ledger_erased limit 1',
  () => 'insert into ledger_erased select id, leaf_hash from ledger_entry order by id limit 1',
];
