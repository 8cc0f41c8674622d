import { sql } from 'kysely';
import type { Transaction } from '#platform/database/connect.ts';
import type { DutySelection, ExemptionGround } from './duty.ts';
import { chosenDuties } from './select-duties.ts';

export interface Exemption {
  readonly selection: DutySelection;
  readonly ground: ExemptionGround;
  /** Why the ground applies; names nobody. */
  readonly reason: string;
  readonly actor: { readonly kind: 'staff' | 'api'; readonly id: string };
}

/** Records that the chosen people need not be told, and why (Art. 14(5)). Answers the exemption and for how many duties it holds. */
export async function exempt(tx: Transaction, exemption: Exemption): Promise<{ id: string; duties: number }> {
  const { id } = await tx
    .insertInto('duty_exemption')
    .values({
      ground: exemption.ground,
      reason: exemption.reason,
      recorded_by_kind: exemption.actor.kind,
      recorded_by: exemption.actor.id,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const { numAffectedRows } = await sql`
    update duty_to_tell d set exemption_id = ${id}::uuid where ${chosenDuties(exemption.selection)}`.execute(tx);
  return { id, duties: Number(numAffectedRows ?? 0n) };
}
