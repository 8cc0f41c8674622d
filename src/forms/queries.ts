import type { Database } from '#platform/database/connect.ts';
import type { Texts } from '#src/languages/languages.ts';
import type { StoredVersion } from './form.ts';

export interface FormRow {
  readonly id: string;
  readonly slug: string;
  readonly publishedVersionId: string | null;
  readonly archivedAt: Date | null;
}

export interface FormVersion extends StoredVersion {
  readonly id: string;
  readonly formId: string;
  readonly number: number;
  /** SHA-256 (hex) of the canonical text per language. */
  readonly noticeHashes: Texts;
  readonly publishedAt: Date;
  readonly publishedBy?: string | null;
}

export async function findForm(db: Database, by: { slug: string } | { id: string }): Promise<FormRow | undefined> {
  const row = await db
    .selectFrom('form')
    .select(['id', 'slug', 'published_version_id', 'archived_at'])
    .where((eb) => ('slug' in by ? eb('slug', '=', by.slug) : eb('id', '=', by.id)))
    .executeTakeFirst();
  return row && { id: row.id, slug: row.slug, publishedVersionId: row.published_version_id, archivedAt: row.archived_at };
}

export async function listFormRows(db: Database): Promise<FormRow[]> {
  const rows = await db.selectFrom('form').select(['id', 'slug', 'published_version_id', 'archived_at']).orderBy('id').execute();
  return rows.map((row) => ({
    id: row.id,
    slug: row.slug,
    publishedVersionId: row.published_version_id,
    archivedAt: row.archived_at,
  }));
}

export async function findFormVersion(db: Database, id: string): Promise<FormVersion | undefined> {
  const row = await db
    .selectFrom('form_version')
    .select(['id', 'form_id', 'number', 'definition', 'notice_hashes', 'published_at', 'published_by'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) return undefined;
  const stored = row.definition as unknown as StoredVersion;
  return {
    id: row.id,
    formId: row.form_id,
    number: row.number,
    ...(stored.format ? { format: stored.format } : {}),
    // As it was stored: a form of years ago stays readable whatever today's rules ask of a new one.
    definition: stored.definition,
    shown: stored.shown,
    noticeHashes: row.notice_hashes as unknown as Texts,
    publishedAt: row.published_at,
    publishedBy: row.published_by,
  };
}

export async function listFormVersions(
  db: Database,
  formId: string,
): Promise<{ id: string; number: number; publishedAt: Date }[]> {
  const rows = await db
    .selectFrom('form_version')
    .select(['id', 'number', 'published_at'])
    .where('form_id', '=', formId)
    .orderBy('number', 'desc')
    .execute();
  return rows.map((row) => ({ id: row.id, number: row.number, publishedAt: row.published_at }));
}
