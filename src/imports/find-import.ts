import type { Selectable, UpdateObject } from 'kysely';
import { notFound } from '#platform/app-error.ts';
import type { Database, Transaction } from '#platform/database/connect.ts';
import type { DB } from '#platform/database/tables.ts';
import type { Import, ImportState } from './import.ts';

export function importOf(row: Selectable<DB['import']>): Import {
  return {
    id: row.id,
    state: row.state as ImportState,
    fileName: row.file_name,
    file: row.file as unknown as Import['file'],
    bytes: Number(row.bytes),
    sha256: row.sha256,
    fileErasedAt: row.file_erased_at,
    settings: row.settings as unknown as Import['settings'],
    purposeId: row.purpose_id,
    sourceId: row.source_id,
    checked: row.checked as Import['checked'],
    counts: row.counts as Import['counts'],
    createdAt: row.created_at,
    commitStartedAt: row.commit_started_at,
    committedAt: row.committed_at,
    undoUntil: row.undo_until,
    undoneAt: row.undone_at,
    rowsErasedAt: row.rows_erased_at,
  };
}

/** @throws AppError 404 */
export async function getImport(db: Database, id: string): Promise<Import> {
  const row = await db.selectFrom('import').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw notFound();
  return importOf(row);
}

/** The import, held until this transaction ends: of two who change it the second sees what the first made of it. */
export async function lockImport(tx: Transaction, id: string): Promise<Import> {
  const row = await tx.selectFrom('import').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
  if (!row) throw notFound();
  return importOf(row);
}

export async function updateImport(tx: Database, id: string, values: UpdateObject<DB, 'import'>): Promise<void> {
  await tx.updateTable('import').set(values).where('id', '=', id).execute();
}

/** Imports, newest first, older than this one. */
export async function listImports(db: Database, limit: number, before?: string): Promise<Import[]> {
  const rows = await db
    .selectFrom('import')
    .selectAll()
    .$if(before !== undefined, (query) => query.where('id', '<', before ?? ''))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(importOf);
}
