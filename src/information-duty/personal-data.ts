import type { PersonalData } from '#src/personal-data.ts';
import { listDutiesOf } from './list-duties.ts';

export const informationDutyData: PersonalData = {
  slice: 'information-duty',
  tables: {
    duty_to_tell: {
      columns: {
        contact_id: 'reference',
        source_id: 'exported',
        obtained_at: 'exported',
        due_on: 'exported',
        told_at: 'exported',
        entry_id: 'exported',
        exemption_id: 'exported',
        merge_id: 'reference',
      },
      onErasure: 'deleted',
    },
    duty_exemption: { impersonal: 'why people need not be told where their data came from; names nobody' },
  },

  async export(db, contactId) {
    const duties = await listDutiesOf(db, contactId);
    return [
      {
        section: 'told',
        items: duties.map((duty) => ({
          fields: {
            source: duty.label,
            obtained_at: duty.obtainedAt.toISOString(),
            to_be_told_by: duty.dueOn,
            told_at: duty.toldAt?.toISOString() ?? null,
            proven_by_entry: duty.entryId,
            exemption: duty.ground,
            exemption_reason: duty.reason,
          },
        })),
      },
    ];
  },

  /** Goes with the contact's row. */
  erase: async () => {},
};
