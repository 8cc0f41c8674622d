import { notFound } from '#platform/app-error.ts';
import type { Database } from '#platform/database/connect.ts';
import type { Texts } from '#src/languages/languages.ts';
import type { Purpose } from './purpose.ts';
import { purposeOf, selectPurposes } from './queries.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A purpose by id or slug, archived ones too. */
export async function findPurpose(db: Database, idOrSlug: string): Promise<Purpose | undefined> {
  const row = await selectPurposes(db)
    .where(UUID.test(idOrSlug) ? 'id' : 'slug', '=', idOrSlug)
    .executeTakeFirst();
  return row && purposeOf(row);
}

/** @throws AppError 404 */
export async function getPurpose(db: Database, idOrSlug: string): Promise<Purpose> {
  const purpose = await findPurpose(db, idOrSlug);
  if (!purpose) throw notFound();
  return purpose;
}

/** All purposes in use, system ones last; there are tens, so the list is whole. */
export async function listPurposes(db: Database, options: { includeArchived?: boolean } = {}): Promise<Purpose[]> {
  const rows = await selectPurposes(db)
    .$if(!options.includeArchived, (query) => query.where('archived_at', 'is', null))
    .orderBy('is_system')
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows.map(purposeOf);
}

/** What purposes are called, by id. */
export async function findPurposeNames(db: Database, ids: readonly string[]): Promise<ReadonlyMap<string, Texts>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('purpose')
    .select(['id', 'name'])
    .where('id', 'in', [...new Set(ids)])
    .execute();
  return new Map(rows.map(({ id, name }) => [id, name as unknown as Texts]));
}

/** The purpose as it was at one version. */
/** The version in which a purpose stood at a moment: consent covers what was true when it was given. 1 before it was there. */
export async function findVersionAt(db: Database, purposeId: string, at: Date): Promise<number> {
  const row = await db
    .selectFrom('purpose_version')
    .select((eb) => eb.fn.max('version').as('version'))
    .where('purpose_id', '=', purposeId)
    .where('recorded_at', '<=', at)
    .executeTakeFirst();
  return row?.version ?? 1;
}

export async function findPurposeVersion(db: Database, purposeId: string, version: number): Promise<Purpose | undefined> {
  const row = await db
    .selectFrom('purpose_version')
    .select('definition')
    .where('purpose_id', '=', purposeId)
    .where('version', '=', version)
    .executeTakeFirst();
  // The database keeps the whole row of each version.
  return row && purposeOf(row.definition as unknown as Parameters<typeof purposeOf>[0]);
}

/** What the purpose said at each version, newest first. */
export function listPurposeVersions(db: Database, purposeId: string) {
  return db
    .selectFrom('purpose_version')
    .select(['version', 'definition', 'recorded_at'])
    .where('purpose_id', '=', purposeId)
    .orderBy('version', 'desc')
    .execute();
}
