import type { PersonalData } from '#src/personal-data.ts';

export const approachesData: PersonalData = {
  slice: 'approaches',
  tables: {
    approach: {
      columns: {
        id: 'reference',
        cause: 'exported',
        contact_id: 'reference',
        contact_point_id: 'reference',
        purpose_id: 'exported',
        purpose_version: 'exported',
        channel: 'exported',
        entry_id: 'exported',
        approached_at: 'exported',
        answer_until: 'exported',
        answer: 'exported',
        settled_at: 'exported',
      },
      onErasure: 'deleted',
    },
  },

  async export(db, contactId) {
    const rows = await db
      .selectFrom('approach')
      .innerJoin('purpose', 'purpose.id', 'approach.purpose_id')
      .selectAll('approach')
      .select('purpose.slug')
      .where('approach.contact_id', '=', contactId)
      .orderBy('approach.id')
      .execute();
    return [
      {
        section: 'questions',
        items: rows.map((row) => ({
          fields: {
            why: row.cause,
            purpose: row.slug,
            purpose_version: row.purpose_version,
            channel: row.channel,
            about_entry: row.entry_id,
            asked_at: row.approached_at.toISOString(),
            answer_until: row.answer_until?.toISOString() ?? null,
            answer: row.answer,
            answered_at: row.settled_at?.toISOString() ?? null,
          },
        })),
      },
    ];
  },

  /** Goes with the contact's row. */
  erase: async () => {},
};
