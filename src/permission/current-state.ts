import type { Database } from '#platform/database/connect.ts';
import type { EntryKind } from '#src/ledger/entry.ts';

/** Stands for every purpose in the folded state. */
export const EVERY_PURPOSE = '00000000-0000-0000-0000-000000000000';
/** Stands for every channel in the folded state. */
export const EVERY_CHANNEL = '*';

export type Register = 'consent' | 'request' | 'basis' | 'objection' | 'restriction' | 'notice';

export interface RegisterState {
  readonly kind: EntryKind;
  readonly occurredAt: Date;
  readonly entryId: string;
  readonly until: Date | null;
}

/** What one register of a contact says today; undefined when nothing was ever recorded in it. */
export async function findState(
  db: Database,
  of: { contactId: string; purposeId: string; channel: string; register: Register },
): Promise<RegisterState | undefined> {
  const row = await db
    .selectFrom('permission_state')
    .select(['kind', 'occurred_at', 'entry_id', 'until'])
    .where('contact_id', '=', of.contactId)
    .where('purpose_id', '=', of.purposeId)
    .where('channel', '=', of.channel)
    .where('register', '=', of.register)
    .executeTakeFirst();
  return row && { kind: row.kind as EntryKind, occurredAt: row.occurred_at, entryId: row.entry_id, until: row.until };
}
