import type { PersonalData } from '#src/personal-data.ts';

export const duplicatesData: PersonalData = {
  slice: 'duplicates',
  tables: {
    contact_match: {
      columns: { contact_id: 'reference', keys: 'derived', matched_at: 'reference' },
      onErasure: 'deleted',
    },
    duplicate_candidate: { columns: { one_id: 'reference', other_id: 'reference' }, onErasure: 'deleted' },
    duplicate_suggestion: {
      columns: {
        one_id: 'reference',
        other_id: 'reference',
        score: 'exported',
        reasons: 'exported',
        found_at: 'exported',
        dismissed_at: 'exported',
        dismissed_by_kind: 'reference',
        dismissed_by: 'reference',
      },
      onErasure: 'deleted',
    },
  },

  /** The other person of a suggestion is not named: they have rights of their own (Art. 15(4)). */
  async export(db, contactId) {
    const rows = await db
      .selectFrom('duplicate_suggestion')
      .select(['score', 'reasons', 'found_at', 'dismissed_at'])
      .where((pair) => pair.or([pair('one_id', '=', contactId), pair('other_id', '=', contactId)]))
      .orderBy('found_at')
      .execute();
    return [
      {
        section: 'duplicates',
        items: rows.map((row) => ({
          fields: {
            score: row.score,
            reasons: row.reasons.join(', '),
            found_at: row.found_at.toISOString(),
            dismissed_at: row.dismissed_at?.toISOString() ?? null,
          },
        })),
      },
    ];
  },

  /** Goes with the contacts' rows. */
  erase: async () => {},
};
