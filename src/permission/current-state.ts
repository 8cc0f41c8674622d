import { sql } from 'kysely';
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

/** A register of a contact with where it applies. */
export interface PlacedState extends RegisterState {
  readonly register: Register;
  readonly purposeId: string;
  readonly channel: string;
}

/** Everything the registers of a contact say today. */
export async function listStates(db: Database, contactId: string): Promise<PlacedState[]> {
  const rows = await db.selectFrom('permission_state').selectAll().where('contact_id', '=', contactId).execute();
  return rows.map((row) => ({
    register: row.register as Register,
    purposeId: row.purpose_id,
    channel: row.channel,
    kind: row.kind as EntryKind,
    occurredAt: row.occurred_at,
    entryId: row.entry_id,
    until: row.until,
  }));
}

/** Whether the contact has given a consent within this scope (one purpose and channel, or every) after that moment. */
export async function hasConsentedSince(
  db: Database,
  scope: { contactId: string; purposeId: string; channel: string },
  moment: Date,
): Promise<boolean> {
  const row = await db
    .selectFrom('permission_state')
    .select('entry_id')
    .where('contact_id', '=', scope.contactId)
    .where('register', '=', 'consent')
    .where('kind', 'in', ['consent-given', 'consent-renewed'])
    .where('occurred_at', '>', moment)
    .$if(scope.purposeId !== EVERY_PURPOSE, (query) => query.where('purpose_id', '=', scope.purposeId))
    .$if(scope.channel !== EVERY_CHANNEL, (query) => query.where('channel', '=', scope.channel))
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Now, by the database's clock; or, where that was set back, just after the newest of all that is known of the contact. */
export async function momentAfterAllOf(db: Database, contactId: string): Promise<Date> {
  const { rows } = await sql<{ at: Date }>`
    select greatest(clock_timestamp()::timestamptz(3), max(occurred_at) + interval '1 millisecond') as at
      from permission_state where contact_id = ${contactId}`.execute(db);
  const row = rows[0];
  if (!row) throw new Error('the database did not tell the time');
  return row.at;
}
