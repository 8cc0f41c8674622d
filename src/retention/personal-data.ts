import type { PersonalData } from '#src/personal-data.ts';
import { listHolds } from './holds.ts';

export const retentionData: PersonalData = {
  slice: 'retention',
  tables: {
    retention_switch: { impersonal: 'which rules are carried out without anybody’s word' },
    retention_setting: { impersonal: 'from how many people on a second person must agree' },
    retention_batch: { impersonal: 'what is due together, in numbers, and who approved it' },
    retention_forecast: { impersonal: 'how many people will be due in which month' },
    retention_sweep: { impersonal: 'when everybody was last looked at' },
    retention_certificate: { impersonal: 'what was erased, in numbers and hashes' },
    retention_hold: {
      columns: {
        id: 'reference',
        contact_id: 'reference',
        ground: 'exported',
        reason: 'exported',
        placed_by: 'reference',
        placed_at: 'exported',
        until: 'exported',
        lifted_by: 'reference',
        lifted_at: 'exported',
      },
      onErasure: 'deleted',
    },
    retention_item: {
      columns: { batch_id: 'reference', contact_id: 'reference', what: 'reference', due_at: 'exported', left_alone: 'exported' },
      onErasure: 'deleted',
    },
  },

  async export(db, contactId) {
    const holds = await listHolds(db, { contactId });
    const items = await db
      .selectFrom('retention_item')
      .select(['what', 'due_at', 'left_alone'])
      .where('contact_id', '=', contactId)
      .orderBy('due_at')
      .execute();
    return [
      {
        section: 'holds',
        items: holds.map((hold) => ({
          fields: {
            ground: hold.ground,
            reason: hold.reason,
            since: hold.placedAt.toISOString(),
            until: hold.until,
            lifted_at: hold.lifted?.at.toISOString() ?? null,
          },
        })),
      },
      {
        section: 'retention',
        items: items.map((item) => ({
          fields: {
            what: item.what.startsWith('fact:') ? item.what.slice(5) : item.what === '' ? 'everything' : 'address',
            due_since: item.due_at.toISOString(),
            left_alone: item.left_alone,
          },
        })),
      },
    ];
  },

  /** Goes with the contact's own row. */
  erase: async () => {},
};
