import type { Database } from '#platform/database/connect.ts';
import type { Provenance } from './find-provenance.ts';
import type { ObtainedFrom, SourceKind } from './source.ts';

/** Where something came from, by id. */
export async function findSource(db: Database, id: string): Promise<Provenance['source'] | undefined> {
  const row = await db
    .selectFrom('source')
    .select(['id', 'kind', 'label', 'obtained_from'])
    .where('id', '=', id)
    .executeTakeFirst();

  return row && { id: row.id, kind: row.kind as SourceKind, label: row.label, obtainedFrom: row.obtained_from as ObtainedFrom };
}
