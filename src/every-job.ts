import type { JobKind } from '#platform/jobs/run-jobs.ts';
import { countCoverageJob } from '#src/data-coverage/keep-coverage.ts';
import { findDuplicates } from '#src/duplicates/find-duplicates.ts';
import { countingExports } from '#src/exports/count-export.ts';
import { checkImport } from '#src/imports/check-import.ts';
import { commitImport } from '#src/imports/commit-import.ts';
import { undoImport } from '#src/imports/undo-import.ts';
import { tellPeopleJob } from '#src/information-duty/tell-people.ts';
import { mergeMany } from '#src/merging/merge-many.ts';
import { repairQuarantineJob } from '#src/quarantine/repair-quarantine.ts';
import { batchJob } from '#src/retention/execute-batch.ts';
import { sweepJob } from '#src/retention/sweep-retention.ts';
import type { Services } from '#src/services.ts';
import type { Right } from '#src/staff/rights.ts';

/** Every kind of long work, and who may see it. */
export const everyJob: readonly JobKind<Services, Right>[] = [
  checkImport,
  commitImport,
  undoImport,
  findDuplicates,
  mergeMany,
  sweepJob,
  batchJob,
  countingExports,
  tellPeopleJob,
  repairQuarantineJob,
  countCoverageJob,
];
