import type { PersonalData } from '#src/personal-data.ts';

/**
 * Who saw, changed, exported a person's data. Kept after erasure, to answer for what was done with the data while they were
 * here; by then the id in it belongs to nobody (Art. 5(2)).
 */
export const auditData: PersonalData = {
  slice: 'audit',
  tables: {
    audit_entry: {
      columns: {
        id: 'reference',
        at: 'exported',
        actor: 'exported',
        actor_id: 'reference',
        action: 'exported',
        subject_kind: 'reference',
        subject_id: 'reference',
        detail: 'reference',
        request_id: 'reference',
      },
      onErasure: 'kept-without-identity',
      keptBecause: {
        bg: 'Кой от служителите какво е направил, за да може да се отчете администраторът (чл. 5, параграф 2).',
        en: 'Which member of staff did what, so that the controller can account for it (Art. 5(2)).',
      },
    },
  },

  async export(db, contactId) {
    const entries = await db
      .selectFrom('audit_entry')
      .select(['at', 'actor', 'action'])
      .where('subject_id', '=', contactId)
      .orderBy('id')
      .execute();

    return [
      {
        section: 'access',
        items: entries.map((entry) => ({ fields: { at: entry.at.toISOString(), actor: entry.actor, action: entry.action } })),
      },
    ];
  },

  erase: async () => {},
};
