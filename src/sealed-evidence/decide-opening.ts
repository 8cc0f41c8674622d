import type { Transaction } from '#platform/database/connect.ts';
import { findOpening } from './list-openings.ts';

export type DecisionOutcome = 'decided' | 'unknown' | 'own-request' | 'not-waiting';

/** A second person says yes or no. Never the one who asked: the database refuses that too. */
export async function decideOpening(
  tx: Transaction,
  decision: { readonly id: string; readonly decidedBy: string; readonly decision: 'approved' | 'refused' },
): Promise<DecisionOutcome> {
  const opening = await findOpening(tx, decision.id);
  if (!opening) return 'unknown';
  if (opening.requestedBy === decision.decidedBy) return 'own-request';
  if (opening.status !== 'waiting') return 'not-waiting';
  const { numUpdatedRows } = await tx
    .updateTable('evidence_opening')
    .set({ decision: decision.decision, decided_by: decision.decidedBy })
    .where('id', '=', decision.id)
    .where('decision', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n ? 'decided' : 'not-waiting';
}
