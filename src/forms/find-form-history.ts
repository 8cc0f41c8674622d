import type { Database } from '#platform/database/connect.ts';
import { type FormRow, type FormVersion, findForm, findFormVersion, listFormVersions } from './queries.ts';

/** A form with everything it ever said: each version as it was published, oldest first. */
export async function findFormHistory(
  db: Database,
  formId: string,
): Promise<(FormRow & { readonly versions: readonly FormVersion[] }) | undefined> {
  const form = await findForm(db, { id: formId });
  if (!form) return undefined;
  const listed = await listFormVersions(db, formId);
  const versions = await Promise.all(listed.map(({ id }) => findFormVersion(db, id)));
  return { ...form, versions: versions.filter((version) => version !== undefined).toReversed() };
}
