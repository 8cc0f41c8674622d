import { sql } from 'kysely';
import type { Database } from '#platform/database/connect.ts';
import { findContactNames } from '#src/contacts/find-contact-names.ts';
import type { Batch } from './retention.ts';

export interface Preview {
  readonly dueFrom: Date | undefined;
  readonly dueUntil: Date | undefined;
  /** The first twenty, longest due first. */
  readonly sample: readonly { readonly contactId: string; readonly name: string; readonly what: string; readonly dueAt: Date }[];
  /** Single data of people who stay: how many of each field. */
  readonly fields: readonly { readonly field: string; readonly count: number }[];
  /** What else held some of these people, and ended before. */
  readonly otherPurposes: readonly { readonly purposeId: string; readonly people: number }[];
}

const SAMPLE = 20;
/** Of a large batch the first so many are read for what else held them: enough to say which purposes, quick enough to wait for. */
const READ_FOR_PURPOSES = 2_000;

/** Whom a batch concerns and what goes, so that nobody approves blindly. */
export async function previewBatch(db: Database, batch: Batch): Promise<Preview> {
  const span = await sql<{ from: Date | null; until: Date | null }>`
    select min(due_at) as from, max(due_at) as until from retention_item where batch_id = ${batch.id}::uuid`.execute(db);
  const { rows: sample } = await sql<{ contact_id: string; what: string; due_at: Date }>`
    select contact_id, case when what like 'point:%' then coalesce((select p.kind from contact_point p where 'point:' || p.id = what and p.contact_id = i.contact_id), 'address')
                            when what = '' then '' else substr(what, 6) end as what, due_at
      from retention_item i where batch_id = ${batch.id}::uuid order by due_at, contact_id, what limit ${SAMPLE}`.execute(db);
  const fields = await sql<{ field: string; count: number }>`
    select case when i.what like 'point:%' then coalesce(p.kind, 'address') else substr(i.what, 6) end as field, count(*)::int as count
      from retention_item i left join contact_point p on p.contact_id = i.contact_id and 'point:' || p.id = i.what
     where i.batch_id = ${batch.id}::uuid and i.what <> '' group by 1 order by 2 desc, 1`.execute(db);
  const others = await sql<{ purpose_id: string; people: number }>`
    select r.purpose_id, count(distinct r.contact_id)::int as people
      from retention_of(array(select contact_id from retention_item where batch_id = ${batch.id}::uuid and what = ''
                               order by contact_id limit ${READ_FOR_PURPOSES})) r
     where r.purpose_id <> ${batch.purposeId}::uuid group by 1 order by 2 desc, 1`.execute(db);
  const names = await findContactNames(
    db,
    sample.map((item) => item.contact_id),
  );
  return {
    dueFrom: span.rows[0]?.from ?? undefined,
    dueUntil: span.rows[0]?.until ?? undefined,
    sample: sample.map((item) => ({
      contactId: item.contact_id,
      name: names.get(item.contact_id) ?? '',
      what: item.what,
      dueAt: item.due_at,
    })),
    fields: fields.rows,
    otherPurposes: others.rows.map(({ purpose_id: purposeId, people }) => ({ purposeId, people })),
  };
}
