import { sql } from 'kysely';
import { notFound } from '#platform/app-error.ts';
import type { Database } from '#platform/database/connect.ts';
import type { Caller } from '#src/staff/caller.ts';
import type { FieldDefinition, Reader } from './field.ts';

/** Every field in use, the product's own first; there are tens, so the list is whole. */
export async function listFields(db: Database, options: { includeArchived?: boolean } = {}): Promise<FieldDefinition[]> {
  return select(db, options.includeArchived ? sql`true` : sql`f.archived_at is null`);
}

/** A field by its key, an archived one too. */
export async function findField(db: Database, key: string): Promise<FieldDefinition | undefined> {
  return (await select(db, sql`f.key = ${key}`))[0];
}

/** @throws AppError 404 */
export async function getField(db: Database, key: string): Promise<FieldDefinition> {
  const field = await findField(db, key);
  if (!field) throw notFound();
  return field;
}

/** As whom a caller reads: a role of staff, or a program. */
export function readerOf(caller: Caller): Reader {
  return caller.kind === 'staff' ? caller.staffMember.role : 'api';
}

/** Keys of the fields this reader may not see: not in an answer, not as a filter, not in a file. */
export async function hiddenFrom(db: Database, reader: Reader): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('field_definition')
    .select('key')
    .where(sql<boolean>`not (visible_to @> array[${reader}])`)
    .execute();
  return new Set(rows.map(({ key }) => key));
}

async function select(db: Database, where: ReturnType<typeof sql>): Promise<FieldDefinition[]> {
  const { rows } = await sql<Omit<FieldDefinition, 'archivedAt'> & { archivedAt: Date | null }>`
    select f.key, f.label, f.type, f.options, f.data_category as "dataCategory", f.special_category as "specialCategory",
           f.source_of_truth as "sourceOfTruth", f.visible_to as "visibleTo", f.is_standard as "isStandard",
           f.archived_at as "archivedAt", coalesce(s.purposes, '[]') as purposes
      from field_definition f
      left join lateral (
        select jsonb_agg(jsonb_build_object('id', p.id, 'slug', p.slug, 'name', p.name, 'mayHold', s.may_hold)
                         order by p.is_system, p.created_at, p.id) as purposes
          from field_purpose s join purpose p on p.id = s.purpose_id where s.key = f.key) s on true
     where ${where}
     order by f.is_standard desc, f.created_at, array_position(${standardOrder}::text[], f.key), f.key`.execute(db);
  return rows;
}

const standardOrder = ['given_name', 'family_name', 'company', 'job_title', 'email', 'phone', 'postal_address', 'city', 'note'];

/** Keys of the fields that may be held for this purpose. */
export async function fieldsServing(db: Database, purposeId: string): Promise<string[]> {
  const fields = await listFields(db);
  return fields.filter(({ purposes }) => purposes.some(({ id, mayHold }) => id === purposeId && mayHold)).map(({ key }) => key);
}
