import { sql } from 'kysely';
import type { Transaction } from '#platform/database/connect.ts';
import { everySlicesData } from '#src/every-slices-data.ts';
import type { Datum } from '#src/personal-data.ts';

/**
 * Removes single values of people who stay, because nothing holds these values any more: from their record, from the history of
 * the record, and from wherever else a slice keeps them. That it was done stands in the history, without the value. Answers the
 * field of each.
 */
export async function forgetData(tx: Transaction, asked: readonly { contactId: string; what: string }[]): Promise<string[]> {
  if (asked.length === 0) return [];
  const { rows } = await sql<{ contact_id: string; field: string; point_id: string | null }>`
    select a.contact_id, substr(a.what, 6) as field, null as point_id
      from jsonb_to_recordset(${recordset(asked)}::jsonb) as a(contact_id uuid, what text) where a.what like 'fact:%'
    union all
    select a.contact_id, p.kind, p.id
      from jsonb_to_recordset(${recordset(asked)}::jsonb) as a(contact_id uuid, what text)
      join contact_point p on 'point:' || p.id = a.what and p.contact_id = a.contact_id`.execute(tx);
  const data: Datum[] = rows.map((row) => ({
    contactId: row.contact_id,
    field: row.field,
    ...(row.point_id ? { pointId: row.point_id } : {}),
  }));
  for (const slice of everySlicesData) await slice.forget?.(tx, data);
  return data.map(({ field }) => field);
}

function recordset(asked: readonly { contactId: string; what: string }[]): string {
  return JSON.stringify(asked.map(({ contactId, what }) => ({ contact_id: contactId, what })));
}
