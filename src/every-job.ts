import type { JobKind } from '#platform/jobs/run-jobs.ts';
import { checkImport } from '#src/imports/check-import.ts';
import { commitImport } from '#src/imports/commit-import.ts';
import { undoImport } from '#src/imports/undo-import.ts';
import type { Services } from '#src/services.ts';
import type { Right } from '#src/staff/rights.ts';

/** Every kind of long work, and who may see it. */
export const everyJob: readonly JobKind<Services, Right>[] = [checkImport, commitImport, undoImport];
