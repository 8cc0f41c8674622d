import { sql } from 'kysely';
import { AppError, invalidFields } from '#platform/app-error.ts';
import type { Transaction } from '#platform/database/connect.ts';
import { today } from '#src/information-duty/select-duties.ts';
import { findSource } from '#src/sources/find-source.ts';

/**
 * Sets until when the people of a source may stay in quarantine, and why. Whoever comes later has a month of their own in any case.
 *
 * @throws AppError 404; 422 `in-the-past`
 */
export async function setDeadline(
  tx: Transaction,
  deadline: { sourceId: string; expiresOn: string; reason: string; setBy: string },
): Promise<void> {
  if (!(await findSource(tx, deadline.sourceId))) throw new AppError('not-found', { status: 404 });
  const { rows } = await sql<{ past: boolean }>`select ${deadline.expiresOn}::date <= ${today} as past`.execute(tx);
  if (rows[0]?.past !== false) throw invalidFields([{ field: 'expiresOn', code: 'in-the-past' }]);
  await sql`insert into quarantine_deadline (source_id, expires_on, reason, set_by)
    values (${deadline.sourceId}::uuid, ${deadline.expiresOn}::date, ${deadline.reason}, ${deadline.setBy}::uuid)`.execute(tx);
}
