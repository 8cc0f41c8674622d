import { sql } from 'kysely';
import type { PersonalData } from '#src/personal-data.ts';

/** Which messages a person was sent, and what became of each. */
export const deliveryData: PersonalData = {
  slice: 'delivery',
  tables: {
    delivery: {
      columns: {
        id: 'reference',
        contact_id: 'reference',
        contact_point_id: 'reference',
        purpose_id: 'exported',
        channel: 'exported',
        template: 'exported',
        parameters: 'reference',
        language: 'exported',
        status: 'exported',
        allowed_by: 'exported',
        withheld_because: 'exported',
        attempts: 'exported',
        not_before: 'reference',
        lease_until: 'reference',
        last_error: 'exported',
        message_id: 'exported',
        created_at: 'exported',
        settled_at: 'exported',
        approach_id: 'reference',
        notice_hash: 'exported',
        notice_sources: 'reference',
      },
      onErasure: 'deleted',
    },
  },

  async export(db, contactId) {
    const rows = await db
      .selectFrom('delivery')
      .innerJoin('purpose', 'purpose.id', 'delivery.purpose_id')
      .selectAll('delivery')
      .select('purpose.slug')
      .where('delivery.contact_id', '=', contactId)
      .orderBy('delivery.id')
      .execute();
    return [
      {
        section: 'messages',
        items: rows.map((row) => ({
          fields: {
            purpose: row.slug,
            channel: row.channel,
            template: row.template,
            language: row.language,
            status: row.status,
            allowed_by: row.allowed_by,
            withheld_because: row.withheld_because,
            attempts: row.attempts,
            last_error: row.last_error,
            message_id: row.message_id,
            created_at: row.created_at.toISOString(),
            settled_at: row.settled_at?.toISOString() ?? null,
            told_with_notice: row.notice_hash?.toString('hex') ?? null,
          },
        })),
      },
    ];
  },

  async erase(tx, contactIds) {
    await sql`delete from delivery where contact_id = any(${contactIds}::uuid[])`.execute(tx);
  },
};
