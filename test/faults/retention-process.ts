import { createHash } from 'node:crypto';
import { readConfig } from '#platform/config.ts';
import { keysFrom } from '#platform/crypto/keys.ts';
import { connect } from '#platform/database/connect.ts';
import { runOneJob } from '#platform/jobs/run-jobs.ts';
import { createLog } from '#platform/log.ts';
import { batchJob } from '#src/retention/execute-batch.ts';
import { sweepJob } from '#src/retention/sweep-retention.ts';

// A worker of its own, to be killed: does jobs of retention as they come.
const [appUrl = ''] = process.argv.slice(2);
const { db } = connect(appUrl, { max: 2 });
const keys = keysFrom(createHash('sha256').update('keys of the tests').digest());
const services = { db, keys, config: readConfig({}), log: createLog({ logLevel: 'silent' }), now: () => new Date() };
process.stdout.write('ready\n');
for (;;) if (!(await runOneJob(services, [sweepJob, batchJob]))) await new Promise((resolve) => setTimeout(resolve, 20));
