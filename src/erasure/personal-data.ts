import type { PersonalData } from '#src/personal-data.ts';

/** What outlives a person on purpose: enough to keep the promise not to use their address, and nothing that says who they were. */
export const erasureData: PersonalData = {
  slice: 'erasure',
  tables: {
    suppression: {
      columns: { match_hash: 'secret', pepper_version: 'secret', reason: 'exported', suppressed_at: 'exported' },
      onErasure: 'kept-without-identity',
      keptBecause: {
        bg: 'Ключов хеш на адреса, за да не бъде използван отново без ново съгласие (чл. 21).',
        en: 'A keyed hash of the address, so that it is not used again without a new consent (Art. 21).',
      },
    },
    erasure_journal: {
      columns: {
        contact_id: 'reference',
        reason: 'reference',
        erased_at: 'reference',
        erased_by: 'reference',
        batch_id: 'reference',
      },
      onErasure: 'kept-without-identity',
      keptBecause: {
        bg: 'Случаен номер, за да не се върне изтритото при възстановяване от резервно копие.',
        en: 'A random number, so that a restored backup does not bring back what was erased.',
      },
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
