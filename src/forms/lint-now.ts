import type { Database } from '#platform/database/connect.ts';
import { listPurposes } from '#src/purposes/find-purpose.ts';
import { findController } from '#src/register/controller.ts';
import { listFields } from '#src/register/find-field.ts';
import type { FormDefinition } from './form.ts';
import { listFormFileIds } from './keep-form-file.ts';
import type { Finding } from './lint/finding.ts';
import { lintForm } from './lint/lint-form.ts';

/** Looks at a form against the purposes, files and name of today. */
export async function lintNow(db: Database, definition: FormDefinition): Promise<Finding[]> {
  const controller = await findController(db);
  return lintForm(definition, {
    purposes: await listPurposes(db),
    fields: await listFields(db, { includeArchived: true }),
    files: await listFormFileIds(db),
    companyName: controller?.name,
  });
}
