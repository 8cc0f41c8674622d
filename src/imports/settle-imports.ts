import { sql } from 'kysely';
import { inTransaction } from '#platform/database/connect.ts';
import { findJobOf } from '#platform/jobs/start-job.ts';
import type { Services } from '#src/services.ts';
import { discardImport } from './change-import.ts';
import { checkImport, endCheck } from './check-import.ts';
import { commitImport, dropFile, endCommit } from './commit-import.ts';
import { DAYS_KEPT, type ImportCounts } from './import.ts';
import { endUndo, undoImport } from './undo-import.ts';

const AT_ONCE = 10_000;

/** Imports whose work was ended by somebody who died before the import was ended with it. */
async function settleStopped(services: Services): Promise<void> {
  const { rows } = await sql<{ id: string; state: 'checking' | 'committing' | 'undoing' }>`
    select id, state from import where state in ('checking', 'committing', 'undoing')`.execute(services.db);
  for (const { id, state } of rows) {
    const kind = { checking: checkImport, committing: commitImport, undoing: undoImport }[state].kind;
    const job = await findJobOf(services.db, kind, id);
    if (job?.state !== 'stopped') continue;
    if (state === 'checking') await endCheck(services, id, null);
    else if (state === 'committing') await endCommit(services, id, 'stopped');
    else await endUndo(services.db, id, 'stopped', job.counts as ImportCounts);
  }
}

/** Ends what was left: uploads nobody went on with, rows after the days in which an import can be undone, files of what has ended. */
export async function forgetOldImports(services: Services): Promise<void> {
  await settleStopped(services);
  const { db } = services;
  const waiting = await sql<{ id: string }>`
    select id from import where state in ('uploaded', 'ready', 'checked') and created_at < now() - make_interval(days => ${DAYS_KEPT})`.execute(
    db,
  );
  for (const { id } of waiting.rows) await inTransaction(db, (tx) => discardImport(tx, id));
  const ended = await sql<{ id: string }>`
    select id from import where file_erased_at is null and state not in ('uploaded', 'ready', 'checking', 'checked', 'committing')`.execute(
    db,
  );
  for (const { id } of ended.rows) await dropFile(services, id);

  const old = await sql<{ id: string }>`
    select id from import where rows_erased_at is null and undo_until < now() and state in ('committed', 'stopped', 'undone')`.execute(
    db,
  );
  for (const { id } of old.rows) {
    let erased = AT_ONCE;
    while (erased === AT_ONCE) {
      const { numAffectedRows } = await sql`
        delete from import_row where import_id = ${id} and row in
          (select row from import_row where import_id = ${id} order by row limit ${AT_ONCE})`.execute(db);
      erased = Number(numAffectedRows ?? 0n);
    }
    await db.updateTable('import').set({ rows_erased_at: sql<Date>`clock_timestamp()` }).where('id', '=', id).execute();
  }
}
