import type { PersonalData } from '#src/personal-data.ts';

/**
 * Copies of many people's data. Files are never kept; who was chosen stands here only until the copy was taken or its time is
 * over, and who received it in the disclosures.
 */
export const exportsData: PersonalData = {
  slice: 'exports',
  tables: {
    bulk_export: {
      impersonal: 'which copy was asked for, by whom, who agreed and what became of it; numbers of people, never who',
    },
    bulk_export_part: {
      columns: { export_id: 'reference', no: 'reference', contact_ids: 'reference', span: 'reference' },
      onErasure: 'kept-without-identity',
      keptBecause: {
        bg: 'Копия, които още не са взети: всеки изтрит отпада от избраните в същия момент.',
        en: 'Copies not taken yet: whoever is erased leaves the choice in the same moment.',
      },
    },
    export_policy: { impersonal: 'from how many people on a second person has to agree' },
  },

  export: async () => [],
  /** A trigger takes whoever is erased out of every choice. */
  erase: async () => {},
};
