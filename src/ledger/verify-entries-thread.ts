import { parentPort, workerData } from 'node:worker_threads';
import { openSnapshot } from './snapshot.ts';
import { type Blocks, type EntriesFound, verifyEntries } from './verify-entries.ts';

/** What one thread is given. */
export interface ThreadTask {
  readonly appUrl: string;
  readonly snapshot: string;
  readonly blocks: Blocks;
  readonly digestKey: Uint8Array;
}

/** How many more entries it has recomputed, and at last what {@link verifyEntries} found. */
export type ThreadWord = number | EntriesFound;

const { appUrl, snapshot, blocks, digestKey } = workerData as ThreadTask;
const opened = await openSnapshot(appUrl, snapshot);
try {
  const say = (word: ThreadWord) => parentPort?.postMessage(word);
  say(await verifyEntries(opened, blocks, digestKey, say));
} finally {
  await opened.close();
}
