import { keysFrom } from '#platform/crypto/keys.ts';
import { connect } from '#platform/database/connect.ts';
import { runOneJob } from '#platform/jobs/run-jobs.ts';
import { createLog } from '#platform/log.ts';
import { commitBy } from '#src/imports/commit-import.ts';
import type { Services } from '#src/services.ts';

/** A worker in a process of its own, to be killed: `APP_URL FOLDER MASTER JOB`. Small chunks, so that it is always in the middle of one. */
const [appUrl = '', dataFolder = '', master = '', jobId = ''] = process.argv.slice(2);
const { db } = connect(appUrl, { max: 4 });
const services: Services = {
  config: { dataFolder } as Services['config'],
  db,
  keys: keysFrom(Buffer.from(master, 'hex')),
  log: createLog({ logLevel: 'silent' }),
  now: () => new Date(),
};
process.stdout.write('up\n');
await runOneJob(services, [commitBy(100)], { id: jobId });
process.exit(0);
