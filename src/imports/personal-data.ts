import { sql } from 'kysely';
import type { PersonalData } from '#src/personal-data.ts';

/**
 * Rows of imports: what a file said of a person, kept for 30 days so that it can be undone and looked into. The files
 * themselves are gone when their import ends.
 */
export const importsData: PersonalData = {
  slice: 'imports',
  tables: {
    import: {
      impersonal: 'which file was brought in, on which ground and with what result: names of columns, settings and counts',
    },
    import_row: {
      columns: {
        import_id: 'exported',
        row: 'exported',
        line: 'exported',
        part: 'reference',
        outcome: 'exported',
        contact_id: 'reference',
        match_hash: 'secret',
        codes: 'exported',
        cells: 'exported',
        undo: 'exported',
      },
      onErasure: 'deleted',
    },
  },

  async export(db, contactId) {
    const rows = await db
      .selectFrom('import_row as r')
      .innerJoin('import as i', 'i.id', 'r.import_id')
      .select(['i.file_name', 'i.committed_at', 'r.row', 'r.line', 'r.outcome', 'r.codes', 'r.cells', 'r.undo'])
      .select(sql<string | null>`i.settings->>'source'`.as('source'))
      .where('r.contact_id', '=', contactId)
      .orderBy('i.created_at')
      .orderBy('r.row')
      .execute();
    return [
      {
        section: 'imports',
        items: rows.map((row) => ({
          fields: {
            file: row.file_name,
            brought_from: row.source,
            imported_at: row.committed_at?.toISOString() ?? null,
            row: row.row,
            line: row.line,
            outcome: row.outcome,
            not_taken: row.codes && JSON.stringify(row.codes),
            as_written: row.cells && JSON.stringify(row.cells),
            before: row.undo && JSON.stringify(row.undo),
          },
        })),
      },
    ];
  },

  /** By their addresses too: a row that was refused or could not be used belongs to no contact. */
  async erase(tx, contactIds) {
    await sql`delete from import_row where contact_id = any(${contactIds}::uuid[])`.execute(tx);
    await sql`delete from import_row where match_hash in
      (select match_hash from contact_point where contact_id = any(${contactIds}::uuid[]))`.execute(tx);
  },
};
