import { sql } from 'kysely';
import type { Database, Transaction } from '#platform/database/connect.ts';

/** From how many people on a second person has to agree. */
export interface ExportPolicy {
  readonly approvalAbove: number;
  /** What counts today: a number that was raised counts from the next day on. */
  readonly approvalAboveToday: number;
}

export async function findExportPolicy(db: Database): Promise<ExportPolicy> {
  const { rows } = await sql<{ above: number; today: number }>`
    select approval_above as above, export_approval_above() as today from export_policy`.execute(db);
  return { approvalAbove: rows[0]?.above ?? 0, approvalAboveToday: rows[0]?.today ?? 0 };
}

export async function saveExportPolicy(tx: Transaction, approvalAbove: number, decidedBy: string): Promise<void> {
  await tx.updateTable('export_policy').set({ approval_above: approvalAbove, decided_by: decidedBy }).execute();
}
