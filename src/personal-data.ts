import type { Database, Transaction } from '#platform/database/connect.ts';
import type { DB } from '#platform/database/tables.ts';
import type { Language, Texts } from '#src/languages/languages.ts';
import type { Provenance } from '#src/sources/find-provenance.ts';

/**
 * What a column is to the person the row is about:
 * - `exported`: given to them in a copy (Art. 15, 20);
 * - `derived`: made from exported columns, so a copy of it would say nothing more;
 * - `reference`: an id or time that only joins rows;
 * - `secret`: protects them or the proof, and is never given out.
 */
export type ColumnMeaning = 'exported' | 'derived' | 'reference' | 'secret';

/** A table about people: each of its columns, and what becomes of its rows when the person is erased. */
export interface PersonalTable<T extends keyof DB> {
  readonly columns: { readonly [C in keyof DB[T]]: ColumnMeaning };
  readonly onErasure: 'deleted' | 'kept-without-identity';
  /** Why rows stay when their person is gone, as certificates say it. */
  readonly keptBecause?: Texts;
}

/** A table that says nothing about any contact, with the reason. */
export interface ImpersonalTable {
  readonly impersonal: string;
}

/** One item of a person's copy: what it is, its fields, and what accounts for it. */
export interface ExportItem {
  readonly fields: Readonly<Record<string, string | number | boolean | null>>;
  readonly provenance?: readonly Provenance[];
}

export interface ExportSection {
  /** Code of the heading in `src/languages/<language>/export.ts`. */
  readonly section: string;
  readonly items: readonly ExportItem[];
}

/** One value about a person: a fact by its field, or one of their addresses, whose field is its kind. */
export interface Datum {
  readonly contactId: string;
  readonly field: string;
  readonly pointId?: string;
}

/** What a slice holds about people, and how it gives and erases it. Checked against the database in `test/personal-data.test.ts`. */
export interface PersonalData {
  readonly slice: string;
  readonly tables: { readonly [T in keyof DB]?: PersonalTable<T> | ImpersonalTable };
  export(db: Database, contactId: string, language: Language): Promise<ExportSection[]>;
  /** Deletes what the deletion of the contacts' own rows does not take with it: of all of them in a few statements. */
  erase(tx: Transaction, contactIds: readonly string[]): Promise<void>;
  /** Removes single values of people who stay, wherever the slice keeps them. Slices that keep none leave it out. */
  forget?(tx: Transaction, data: readonly Datum[]): Promise<void>;
}

/** Declares a slice that holds nothing about contacts. */
export function holdsNothing(slice: string, tables: { readonly [T in keyof DB]?: ImpersonalTable }): PersonalData {
  return { slice, tables, export: async () => [], erase: async () => {} };
}
