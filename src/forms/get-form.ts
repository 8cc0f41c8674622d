import { notFound } from '#platform/app-error.ts';
import type { Database } from '#platform/database/connect.ts';
import { PREFERENCES_FORM } from './form.ts';
import { type FormRow, findForm } from './queries.ts';

/**
 * A form staff may look at and change; the one behind the preference centre follows the purposes and is nobody's to edit.
 *
 * @throws AppError 404
 */
export async function getForm(db: Database, id: string): Promise<FormRow> {
  const form = await findForm(db, { id });
  if (!form || form.slug === PREFERENCES_FORM) throw notFound();
  return form;
}
