import type { PersonalData } from '#src/personal-data.ts';

export const quarantineData: PersonalData = {
  slice: 'quarantine',
  tables: {
    evidence_use: {
      columns: { contact_id: 'reference', evidence_id: 'reference', entry_id: 'exported' },
      onErasure: 'deleted',
    },
    shared_evidence: {
      impersonal:
        'shows the consent of many at once; each gets what it states, not what it shows of others, and it goes with the last of them',
    },
    quarantine_act: { impersonal: 'what was done with many at once, by whom and why; names sources and ids' },
    quarantine_deadline: { impersonal: 'until when data of a source may stay unproven' },
    asking_ground: { impersonal: 'why people of a source may be asked for consent' },
    asked_once: {
      columns: { match_hash: 'secret', asked_at: 'exported' },
      onErasure: 'kept-without-identity',
      keptBecause: {
        bg: 'Ключов хеш на адреса, за да не бъде питан повторно за съгласие.',
        en: 'A keyed hash of the address, so that it is not asked for consent a second time.',
      },
    },
  },

  async export(db, contactId) {
    const [shown, asked] = await Promise.all([
      db
        .selectFrom('evidence_use')
        .innerJoin('shared_evidence', 'shared_evidence.id', 'evidence_use.evidence_id')
        .select([
          'evidence_use.entry_id',
          'shared_evidence.statement',
          'shared_evidence.media_type',
          'shared_evidence.sha256',
          'shared_evidence.added_at',
        ])
        .where('evidence_use.contact_id', '=', contactId)
        .orderBy('evidence_use.entry_id')
        .execute(),
      db
        .selectFrom('contact_point')
        .innerJoin('asked_once', 'asked_once.match_hash', 'contact_point.match_hash')
        .select(['contact_point.kind', 'asked_once.asked_at'])
        .where('contact_point.contact_id', '=', contactId)
        .execute(),
    ]);
    return [
      {
        section: 'shared-evidence',
        items: shown.map((row) => ({
          fields: {
            proves_entry: row.entry_id,
            statement: row.statement,
            type: row.media_type,
            sha256: row.sha256?.toString('hex') ?? null,
            added_at: row.added_at.toISOString(),
          },
        })),
      },
      {
        section: 'asked-once',
        items: asked.map((row) => ({ fields: { address: row.kind, asked_at: row.asked_at.toISOString() } })),
      },
    ];
  },

  /** Goes with the contact's row; that an address was asked stays, so that it is not asked again. */
  erase: async () => {},
};
