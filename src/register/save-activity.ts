import { sql } from 'kysely';
import type { z } from 'zod';
import { invalidFields } from '#platform/app-error.ts';
import type { Transaction } from '#platform/database/connect.ts';
import { getPurpose } from '#src/purposes/find-purpose.ts';
import type { activityInput } from './activity.ts';

/**
 * Writes down what an activity is, besides its purpose; what it said before stays among the versions.
 *
 * @throws AppError 404 for an unknown purpose; 422 for an unknown processor
 */
export async function saveActivity(
  tx: Transaction,
  purposeId: string,
  activity: z.output<typeof activityInput> & { readonly processorIds: readonly string[] },
  by: string | null,
): Promise<void> {
  await getPurpose(tx, purposeId);
  const processorIds = [...new Set(activity.processorIds)].sort();
  const known = await tx
    .selectFrom('processor')
    .select('id')
    .where('id', '=', sql<string>`any(${processorIds}::uuid[])`)
    .execute();
  if (known.length < processorIds.length) throw invalidFields([{ field: 'processors', code: 'unknown-processor' }]);
  const columns = {
    data_subjects: activity.dataSubjects,
    special_condition: activity.specialCondition,
    special_reason: activity.specialReason,
    security_measures: activity.securityMeasures,
    security_note: activity.securityNote,
    note: activity.note,
    processor_ids: processorIds,
    reviewed_on: activity.reviewedOn,
    next_review_on: activity.nextReviewOn,
    updated_by: by,
    updated_at: new Date(),
  };
  await tx
    .insertInto('processing_activity')
    .values({ purpose_id: purposeId, ...columns })
    .onConflict((conflict) => conflict.column('purpose_id').doUpdateSet(columns))
    .execute();
}
