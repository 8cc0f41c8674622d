import { parentPort, workerData } from 'node:worker_threads';
import { openSnapshot } from './snapshot.ts';
import { type Blocks, verifyEntries } from './verify-entries.ts';

/** What one thread is given; it answers with numbers of entries read meanwhile, and at last with what {@link verifyEntries} found. */
export interface ThreadTask {
  readonly appUrl: string;
  readonly snapshot: string;
  readonly blocks: Blocks;
  readonly digestKey: Uint8Array;
}

const { appUrl, snapshot, blocks, digestKey } = workerData as ThreadTask;
const opened = await openSnapshot(appUrl, snapshot);
try {
  parentPort?.postMessage(await verifyEntries(opened, blocks, digestKey, (more) => parentPort?.postMessage(more)));
} finally {
  await opened.close();
}
