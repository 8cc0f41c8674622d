import type { Database } from '#platform/database/connect.ts';

export interface SeenForm {
  readonly id: string;
  readonly slug: string;
  readonly versionId: string;
  readonly version: number;
  readonly publishedAt: Date;
  /** The version people see today; undefined when the form was taken down. */
  readonly publishedVersionId: string | undefined;
  readonly publishedVersion: number | undefined;
}

/** The form and version a source names; undefined when it came from anything else. */
export async function findFormVersionOfSource(db: Database, sourceId: string): Promise<SeenForm | undefined> {
  const row = await db
    .selectFrom('source')
    .innerJoin('form_version', 'form_version.id', 'source.form_version_id')
    .innerJoin('form', 'form.id', 'form_version.form_id')
    .leftJoin('form_version as today', 'today.id', 'form.published_version_id')
    .select([
      'form.id',
      'form.slug',
      'form_version.id as version_id',
      'form_version.number',
      'form_version.published_at',
      'today.id as today_id',
      'today.number as today_number',
    ])
    .where('source.id', '=', sourceId)
    .executeTakeFirst();
  return (
    row && {
      id: row.id,
      slug: row.slug,
      versionId: row.version_id,
      version: row.number,
      publishedAt: row.published_at,
      publishedVersionId: row.today_id ?? undefined,
      publishedVersion: row.today_number ?? undefined,
    }
  );
}
