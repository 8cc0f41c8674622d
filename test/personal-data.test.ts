import { describe, expect, test } from 'vitest';
import { everySlicesData } from '#src/every-slices-data.ts';
import { exportWords } from '#src/languages/en/export.ts';
import { useStore } from '#test/support/factories.ts';

const store = useStore();

type Claim = { readonly impersonal: string } | { readonly columns: Readonly<Record<string, string>>; readonly onErasure: string };
const claims = everySlicesData.flatMap(({ slice, tables }) =>
  Object.entries(tables).map(([table, claim]) => ({ slice, table, claim: claim as Claim })),
);
const personal = claims.flatMap(({ table, claim }) => ('columns' in claim ? [{ table, ...claim }] : []));

async function columns(): Promise<{ table: string; column: string; of_contact: boolean }[]> {
  const { rows } = await store.owner(`
    select t.relname as table, a.attname as column,
           a.attname = 'contact_id' or exists (select from pg_constraint k where k.contype = 'f' and k.conrelid = t.oid
             and k.confrelid in ('saglasie.contact'::regclass, 'saglasie.contact_point'::regclass) and a.attnum = any(k.conkey)) as of_contact
      from pg_class t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
     where t.relnamespace = 'saglasie'::regnamespace and t.relkind in ('r', 'p')
     order by 1, a.attnum`);
  return rows;
}
const FIX = 'say in the personal-data.ts of its slice what it holds, and name the slice in src/every-slices-data.ts';

describe('Every slice says what it holds about people', () => {
  test('every table of the database belongs to exactly one slice', async () => {
    const tables = [...new Set((await columns()).map(({ table }) => table))];
    const owners = (table: string) => claims.filter((claim) => claim.table === table).map(({ slice }) => slice);
    expect(
      tables.filter((table) => owners(table).length === 0),
      `tables nobody claims: ${FIX}`,
    ).toEqual([]);
    expect(
      tables.filter((table) => owners(table).length > 1).map((table) => `${table}: ${owners(table).join(', ')}`),
      'tables two slices claim',
    ).toEqual([]);
    expect(
      claims.filter(({ table }) => !tables.includes(table)).map(({ slice, table }) => `${slice}: ${table}`),
      'tables that are not there',
    ).toEqual([]);
  });

  test('every column of a table about people has a meaning, and no other is named', async () => {
    const all = await columns();
    for (const { table, columns: named } of personal) {
      expect(Object.keys(named).toSorted(), `${table}: ${FIX}`).toEqual(
        all
          .filter((one) => one.table === table)
          .map(({ column }) => column)
          .toSorted(),
      );
    }
  });

  test('whatever names a contact is in a table about people', async () => {
    const strays = (await columns()).filter(
      ({ table, of_contact }) => of_contact && !personal.some((one) => one.table === table),
    );
    // What is kept of erased people is about people too.
    expect(
      strays.map(({ table, column }) => `${table}.${column}`),
      FIX,
    ).toEqual([]);
  });

  test('a table that is called impersonal says why', () => {
    for (const { table, claim } of claims) if ('impersonal' in claim) expect(claim.impersonal.length, table).toBeGreaterThan(10);
  });

  test('what goes with the person goes by itself: by cascade, or by the erasure of its slice', async () => {
    const { rows } = await store.owner(`
      select t.relname as table, k.confdeltype as on_delete from pg_class t join pg_constraint k on k.conrelid = t.oid
       where t.relnamespace = 'saglasie'::regnamespace and k.contype = 'f' and k.confrelid = 'saglasie.contact'::regclass`);
    expect(
      rows.filter(({ on_delete }) => on_delete !== 'c').map(({ table }) => table),
      'foreign keys to contact that would block an erasure',
    ).toEqual([]);
    const deleted = personal.filter(({ onErasure }) => onErasure === 'deleted').map(({ table }) => table);
    const emptiedBySlice = ['contact', 'held_submission', 'import_row', 'ledger_entry', 'permission_state'];
    expect(deleted.filter((table) => !rows.some((row) => row.table === table) && !emptiedBySlice.includes(table))).toEqual([]);
  });

  test('what stays without identity says why: certificates of erasure repeat it', () => {
    const silent = personal.filter((one) => one.onErasure === 'kept-without-identity' && !('keptBecause' in one));
    expect(
      silent.map(({ table }) => table),
      'give it keptBecause, in both languages',
    ).toEqual([]);
  });

  test('the contact itself goes last', () => {
    expect(everySlicesData.at(-1)?.slice).toBe('contacts');
  });

  test('every section of a copy has a heading', async () => {
    const nobody = '00000000-0000-0000-0000-000000000000';
    const sections = await Promise.all(everySlicesData.map((slice) => slice.export(store.db, nobody, 'bg')));
    for (const { section } of sections.flat()) expect(Object.keys(exportWords.sections)).toContain(section);
  });
});
