import { sql } from 'kysely';
import { AppError, invalidFields, notFound } from '#platform/app-error.ts';
import type { Transaction } from '#platform/database/connect.ts';
import type { Purpose } from '#src/purposes/purpose.ts';
import { findSource } from '#src/sources/find-source.ts';
import { type AskingGround, askingGrounds } from './quarantine-act.ts';

/**
 * States that the people of a source may be asked once whether they consent to a purpose, although nobody can show where their
 * data came from: all conditions of the ground hold, and somebody answers for it.
 *
 * @throws AppError 404; 409 `ground-stands`; 422 `not-from-the-person`, `every-condition`, `purpose-without-consent`, `channel-not-declared`
 */
export async function stateGround(
  tx: Transaction,
  stated: {
    sourceId: string;
    purpose: Purpose;
    ground: AskingGround;
    conditions: readonly string[];
    reason: string;
    actor: { kind: 'staff' | 'api'; id: string };
  },
): Promise<string> {
  const { purpose, ground } = stated;
  const source = await findSource(tx, stated.sourceId);
  if (!source) throw notFound();
  if (ground === 'soft-opt-in' && source.obtainedFrom !== 'data-subject') {
    throw invalidFields([{ field: 'ground', code: 'not-from-the-person' }]);
  }
  if (purpose.legalBasis !== 'consent' || purpose.isSystem)
    throw invalidFields([{ field: 'purpose', code: 'purpose-without-consent' }]);
  if (!purpose.channels.includes('email')) throw invalidFields([{ field: 'purpose', code: 'channel-not-declared' }]);
  if (!askingGrounds[ground].every((condition) => stated.conditions.includes(condition))) {
    throw invalidFields([{ field: 'conditions', code: 'every-condition' }]);
  }
  const row = await tx
    .insertInto('asking_ground')
    .values({
      source_id: stated.sourceId,
      purpose_id: purpose.id,
      ground,
      conditions: [...askingGrounds[ground]],
      reason: stated.reason,
      stated_by_kind: stated.actor.kind,
      stated_by: stated.actor.id,
    })
    .onConflict((conflict) => conflict.columns(['source_id', 'purpose_id']).where('revoked_at', 'is', null).doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!row) throw new AppError('ground-stands', { status: 409 });
  return row.id;
}

/** Takes a ground back; questions that have not left yet are kept back by the database. */
export async function revokeGround(tx: Transaction, id: string): Promise<void> {
  const { numAffectedRows } = await sql`
    update asking_ground set revoked_at = clock_timestamp() where id = ${id}::uuid and revoked_at is null`.execute(tx);
  if (!numAffectedRows) throw notFound();
}
