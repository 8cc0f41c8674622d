import type { JobKind } from '#platform/jobs/run-jobs.ts';
import { countCoverageJob } from '#src/data-coverage/keep-coverage.ts';
import { tellPeopleJob } from '#src/information-duty/tell-people.ts';
import { repairQuarantineJob } from '#src/quarantine/repair-quarantine.ts';
import type { Services } from '#src/services.ts';
import type { Right } from '#src/staff/rights.ts';

/** Every kind of long work, and who may see it. */
export const everyJob: readonly JobKind<Services, Right>[] = [tellPeopleJob, repairQuarantineJob, countCoverageJob];
