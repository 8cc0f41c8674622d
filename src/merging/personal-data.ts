import { sql } from 'kysely';
import type { PersonalData } from '#src/personal-data.ts';
import type { Remembered } from './merge.ts';

export const mergingData: PersonalData = {
  slice: 'merging',
  tables: {
    contact_merge: {
      columns: {
        id: 'reference',
        survivor_id: 'reference',
        absorbed_id: 'reference',
        absorbed_state: 'reference',
        merged_at: 'exported',
        merged_by_kind: 'reference',
        merged_by: 'reference',
        job_id: 'reference',
        before: 'exported',
        undo_until: 'exported',
        undone_at: 'exported',
        undone_by_kind: 'reference',
        undone_by: 'reference',
      },
      // Which entries of a ledger rest on a merge that was undone must stay known as long as that ledger.
      onErasure: 'kept-without-identity',
      keptBecause: {
        bg: 'Случайни номера: кои записи в регистъра почиват на отменено обединяване, трябва да остане известно.',
        en: 'Random numbers: which entries of the ledger rest on a merge that was undone must stay known.',
      },
    },
  },

  async export(db, contactId) {
    const rows = await db
      .selectFrom('contact_merge')
      .select(['merged_at', 'undo_until', 'undone_at', 'before', 'survivor_id'])
      .where((merge) => merge.or([merge('survivor_id', '=', contactId), merge('absorbed_id', '=', contactId)]))
      .orderBy('id')
      .execute();
    return [
      {
        section: 'merges',
        items: rows.map((row) => {
          const before = row.undone_at === null ? (row.before as unknown as Remembered | null) : null;
          const facts = row.survivor_id === contactId && before ? before.survivor.facts : {};
          return {
            fields: {
              role: row.survivor_id === contactId ? 'survivor' : 'absorbed',
              merged_at: row.merged_at.toISOString(),
              undo_until: row.undo_until.toISOString(),
              undone_at: row.undone_at?.toISOString() ?? null,
              values_before: before && row.survivor_id === contactId ? valuesOf(facts) : null,
            },
          };
        }),
      },
    ];
  },

  async erase(tx, contactIds) {
    await sql`update contact_merge set before = null where before is not null
      and (survivor_id = any(${[...contactIds]}::uuid[]) or absorbed_id = any(${[...contactIds]}::uuid[]))`.execute(tx);
  },
};

function valuesOf(facts: Readonly<Record<string, unknown>>): string {
  return Object.entries(facts)
    .map(([field, fact]) => `${field}: ${(fact as { value?: string }).value ?? ''}`)
    .join('; ');
}
