import type { Database } from '#platform/database/connect.ts';

export interface DeliveryMention {
  readonly id: string;
  readonly at: Date;
  readonly purposeId: string;
  readonly channel: string;
  readonly template: string;
  readonly status: string;
}

/** Messages to a contact, newest first; without what they say. */
export async function listDeliveriesOf(db: Database, contactId: string, limit = 1000): Promise<DeliveryMention[]> {
  const rows = await db
    .selectFrom('delivery')
    .select(['id', 'created_at', 'settled_at', 'purpose_id', 'channel', 'template', 'status'])
    .where('contact_id', '=', contactId)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();

  return rows.map((row) => ({
    id: row.id,
    at: row.settled_at ?? row.created_at,
    purposeId: row.purpose_id,
    channel: row.channel,
    template: row.template,
    status: row.status,
  }));
}
