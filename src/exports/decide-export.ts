import type { Transaction } from '#platform/database/connect.ts';
import { findExport } from './find-export.ts';

export type DecisionOutcome = 'decided' | 'unknown' | 'own-request' | 'not-waiting';

/** A second person says yes or no to a copy of many. Never the one who asked: the database refuses that too. */
export async function decideExport(
  tx: Transaction,
  decision: { readonly id: string; readonly decidedBy: string; readonly decision: 'approved' | 'refused' },
): Promise<DecisionOutcome> {
  const asked = await findExport(tx, decision.id);
  if (!asked) return 'unknown';
  if (asked.by.id === decision.decidedBy) return 'own-request';
  if (asked.status !== 'waiting') return 'not-waiting';
  const { numUpdatedRows } = await tx
    .updateTable('bulk_export')
    .set({ decision: decision.decision, decided_by: decision.decidedBy })
    .where('id', '=', decision.id)
    .where('decision', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n ? 'decided' : 'not-waiting';
}
