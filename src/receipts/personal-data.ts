import type { PersonalData } from '#src/personal-data.ts';

export const receiptsData: PersonalData = {
  slice: 'receipts',
  tables: {
    consent_package: {
      columns: {
        id: 'reference',
        contact_id: 'reference',
        log: 'exported',
        controller: 'exported',
        sha256: 'derived',
        body: 'exported',
        received_at: 'exported',
      },
      onErasure: 'deleted',
    },
  },

  async export(db, contactId) {
    const packages = await db
      .selectFrom('consent_package')
      .selectAll()
      .where('contact_id', '=', contactId)
      .orderBy('received_at')
      .execute();
    return [
      {
        section: 'history',
        items: packages.map(({ log, controller, body, received_at }) => ({
          fields: { log, controller, received_at: received_at.toISOString(), package: body },
        })),
      },
    ];
  },

  /** They go with the contact's own row. */
  erase: async () => {},
};
