import { sql } from 'kysely';
import type { Database } from '#platform/database/connect.ts';
import type { EntryKind } from '#src/ledger/entry.ts';
import type { PlacedState, Register } from './current-state.ts';

/** What the registers of many contacts say today. */
export async function listStatesOf(db: Database, contactIds: readonly string[]): Promise<Map<string, PlacedState[]>> {
  const found = new Map<string, PlacedState[]>();
  if (contactIds.length === 0) return found;
  const { rows } = await sql<{
    contact_id: string;
    register: Register;
    purpose_id: string;
    channel: string;
    kind: EntryKind;
    occurred_at: Date;
    entry_id: string;
    until: Date | null;
  }>`select contact_id, register, purpose_id, channel, kind, occurred_at, entry_id, until from permission_state
      where contact_id = any(${contactIds}::uuid[])`.execute(db);
  for (const row of rows) {
    const states = found.get(row.contact_id) ?? [];
    states.push({
      register: row.register,
      purposeId: row.purpose_id,
      channel: row.channel,
      kind: row.kind,
      occurredAt: row.occurred_at,
      entryId: row.entry_id,
      until: row.until,
    });
    found.set(row.contact_id, states);
  }
  return found;
}
