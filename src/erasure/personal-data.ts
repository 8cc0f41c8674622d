import type { PersonalData } from '#src/personal-data.ts';

/** What outlives a person on purpose: enough to keep the promise not to use their address, and nothing that says who they were. */
export const erasureData: PersonalData = {
  slice: 'erasure',
  tables: {
    suppression: {
      columns: { match_hash: 'secret', pepper_version: 'secret', reason: 'exported', suppressed_at: 'exported' },
      onErasure: 'kept-without-identity',
    },
    erasure_journal: {
      columns: { contact_id: 'reference', reason: 'reference', erased_at: 'reference', erased_by: 'reference' },
      onErasure: 'kept-without-identity',
    },
  },

  async export(db, contactId) {
    const rows = await db
      .selectFrom('contact_point')
      .innerJoin('suppression', 'suppression.match_hash', 'contact_point.match_hash')
      .select(['contact_point.kind', 'suppression.reason', 'suppression.suppressed_at'])
      .where('contact_point.contact_id', '=', contactId)
      .execute();
    return [
      {
        section: 'suppression',
        items: rows.map((row) => ({ fields: { address: row.kind, reason: row.reason, since: row.suppressed_at.toISOString() } })),
      },
    ];
  },

  erase: async () => {},
};
