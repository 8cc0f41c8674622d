import type { JobKind } from '#platform/jobs/run-jobs.ts';
import { countingExports } from '#src/exports/count-export.ts';
import type { Services } from '#src/services.ts';
import type { Right } from '#src/staff/rights.ts';

/** Every kind of long work, and who may see it. */
export const everyJob: readonly JobKind<Services, Right>[] = [countingExports];
