import { AppError } from '#platform/app-error.ts';
import type { Transaction } from '#platform/database/connect.ts';
import { getPurpose } from '#src/purposes/find-purpose.ts';
import type { AssessmentInput } from './assessment.ts';

/**
 * Records what was weighed; an earlier assessment stays among the versions.
 *
 * @throws AppError 404; 409 `rests-on-another-basis`
 */
export async function saveAssessment(
  tx: Transaction,
  purposeId: string,
  assessment: AssessmentInput,
  by: string | null,
): Promise<void> {
  const purpose = await getPurpose(tx, purposeId);
  if (assessment.kind === 'legitimate-interests' && purpose.legalBasis !== 'legitimate-interests') {
    throw new AppError('rests-on-another-basis', { status: 409 });
  }
  const columns = {
    answers: JSON.stringify(assessment.answers),
    outcome: assessment.outcome,
    reviewed_on: assessment.reviewedOn,
    next_review_on: assessment.nextReviewOn,
    assessed_by: by,
    updated_at: new Date(),
  };
  await tx
    .insertInto('assessment')
    .values({ purpose_id: purposeId, kind: assessment.kind, ...columns })
    .onConflict((conflict) => conflict.columns(['purpose_id', 'kind']).doUpdateSet(columns))
    .execute();
}
