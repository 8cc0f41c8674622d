import { sql } from 'kysely';
import { AppError, invalidFields } from '#platform/app-error.ts';
import type { Transaction } from '#platform/database/connect.ts';
import { fillableFields } from './fields.ts';
import { lockImport, updateImport } from './find-import.ts';
import { purposeOf } from './ground.ts';
import type { ImportSettings } from './import.ts';
import { checkMapping } from './presets/check-mapping.ts';

/**
 * Says what a file is, before anything of it is taken; what a check found by earlier settings is forgotten.
 *
 * @throws AppError 404; 409 `import-state`; 422
 */
export async function setUpImport(tx: Transaction, id: string, settings: ImportSettings): Promise<void> {
  const one = await lockImport(tx, id);
  if (!['uploaded', 'ready', 'checked'].includes(one.state)) throw new AppError('import-state', { status: 409 });
  const purpose = await purposeOf(tx, settings);
  const { fields } = await fillableFields(tx, purpose.id);
  const problems = checkMapping(one.file, settings.mapping, fields);
  if (problems.length > 0) {
    throw invalidFields(
      problems.map(({ code, column }) => {
        const at = settings.mapping.findIndex((entry) => entry.column === column);
        return {
          field: at < 0 ? 'mapping' : `mapping.${at}`,
          code: code === 'nothing-to-recognise' ? 'no-recognisable-column' : code,
        };
      }),
    );
  }
  if (settings.partStatuses.some(({ part }) => part >= one.file.parts.length)) {
    throw invalidFields([{ field: 'partStatuses', code: 'unknown-part' }]);
  }
  await updateImport(tx, id, {
    state: 'ready',
    settings: JSON.stringify(settings),
    purpose_id: purpose.id,
    checked: null,
    counts: '{}',
  });
  await tx.deleteFrom('import_row').where('import_id', '=', id).execute();
}

/**
 * Gives up an import of which nothing was taken.
 *
 * @throws AppError 404; 409 `import-state`
 */
export async function discardImport(tx: Transaction, id: string): Promise<void> {
  const one = await lockImport(tx, id);
  if (!['uploaded', 'ready', 'checked'].includes(one.state)) throw new AppError('import-state', { status: 409 });
  await updateImport(tx, id, { state: 'discarded', rows_erased_at: sql<Date>`clock_timestamp()` });
  await tx.deleteFrom('import_row').where('import_id', '=', id).execute();
}
