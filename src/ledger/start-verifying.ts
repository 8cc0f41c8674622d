import { setTimeout as sleep } from 'node:timers/promises';
import { inTransaction } from '#platform/database/connect.ts';
import type { Services } from '#src/services.ts';
import { outsideCheckpointIn } from './outside-checkpoint.ts';
import { claimVerification, finishVerification, noteProgress } from './verification-jobs.ts';
import { verifyLedger } from './verify-ledger.ts';

const POLL_MS = 2_000;
/** How often progress is written down. */
const BEAT_MS = 1_000;

export interface Verifying {
  /** What is under way is left to whoever takes over: it only reads. */
  stop(): Promise<void>;
}

/**
 * Verifies the whole ledger whenever somebody asks for it on a screen. Not in the queue of the sweeps: it may take minutes,
 * and no consent may expire late because of it.
 */
export function startVerifying(services: Services, appUrl: string): Verifying {
  const ended = new AbortController();

  async function run(): Promise<void> {
    while (!ended.signal.aborted) {
      try {
        await verifyIfAsked(services, appUrl);
      } catch (err) {
        services.log.error({ err }, 'verifying the ledger failed');
      }
      await sleep(POLL_MS, undefined, { signal: ended.signal }).catch(() => {});
    }
  }

  const running = run();
  return {
    async stop() {
      ended.abort();
      // A verification of millions is not waited for; its transaction ends with the connection.
      await Promise.race([running, sleep(2_000)]);
    },
  };
}

/** Does the verification that waits, if there is one; answers whether there was. */
export async function verifyIfAsked({ db, log, keys, config }: Services, appUrl: string): Promise<boolean> {
  const job = await inTransaction(db, claimVerification);
  if (!job) return false;
  let done = 0;
  const beat = setInterval(() => {
    inTransaction(db, (tx) => noteProgress(tx, job.id, done)).catch((err: unknown) =>
      log.warn({ err }, 'progress was not noted'),
    );
  }, BEAT_MS);
  try {
    const outsideNote = await outsideCheckpointIn(config.dataFolder).read();
    const {
      holds,
      findings: broken,
      ...found
    } = await verifyLedger({
      appUrl,
      keys,
      outsideNote,
      onProgress: (more) => {
        done += more;
      },
    });
    // What is wrong by its code, and where the first of its kind is.
    const findings = { ...found, ...Object.fromEntries(broken.map(({ code, where }) => [code, where])) };
    await inTransaction(db, async (tx) => {
      await noteProgress(tx, job.id, done);
      await finishVerification(tx, job.id, { holds, findings });
    });
    if (!holds) log.error({ findings }, 'the ledger does not hold');
  } finally {
    clearInterval(beat);
  }
  return true;
}
