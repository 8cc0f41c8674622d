import { sql } from 'kysely';
import type { Database } from '#platform/database/connect.ts';
import type { Reason } from '#src/languages/en/reasons.ts';
import type { PermissionGround } from '#src/ledger/entry.ts';
import type { Channel, LegalBasis } from '#src/purposes/purpose.ts';

/** The gate's answer and what proves it. */
export interface GateAnswer {
  readonly allowed: boolean;
  /** Code of the sentence in `src/languages/<language>/reasons.ts`. */
  readonly reason: Reason;
  readonly legalBasis: LegalBasis | null;
  readonly permissionGround: PermissionGround | null;
  readonly since: Date | null;
  readonly until: Date | null;
  /** The ledger entry that decides. */
  readonly entryId: string | null;
}

/**
 * May this contact's data be used for this purpose on this channel, now? Every use of a person's data asks this; the
 * answer is no unless the ledger says yes. The same function stands behind the database's own refusal of deliveries.
 */
export async function mayProcess(db: Database, contactId: string, purposeId: string, channel: Channel): Promise<GateAnswer> {
  const { rows } = await sql<GateRow>`select * from may_process(${contactId}, ${purposeId}, ${channel})`.execute(db);
  const row = rows[0];
  if (!row) throw new Error('the gate did not answer');
  return answerOf(row);
}

export interface GateRow {
  allowed: boolean;
  reason: Reason;
  legal_basis: LegalBasis | null;
  permission_ground: PermissionGround | null;
  since: Date | null;
  until: Date | null;
  entry_id: string | null;
}

export function answerOf(row: GateRow): GateAnswer {
  return {
    allowed: row.allowed,
    reason: row.reason,
    legalBasis: row.legal_basis,
    permissionGround: row.permission_ground,
    since: row.since,
    until: row.until,
    entryId: row.entry_id,
  };
}
