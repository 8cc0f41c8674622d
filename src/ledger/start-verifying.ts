import { setTimeout as sleep } from 'node:timers/promises';
import { inTransaction } from '#platform/database/connect.ts';
import type { Services } from '#src/services.ts';
import { outsideCheckpointIn } from './outside-checkpoint.ts';
import { claimVerification, finishVerification, noteProgress, type VerificationJob } from './verification-jobs.ts';
import { type Verification, verifyLedger } from './verify-ledger.ts';

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
export async function verifyIfAsked({ db, keys, config, log }: Services, appUrl: string): Promise<boolean> {
  const job = await inTransaction(db, claimVerification);
  if (!job) return false;
  let done = 0;
  const beat = setInterval(() => {
    inTransaction(db, (tx) => noteProgress(tx, job.id, done)).catch((err: unknown) =>
      log.warn({ err }, 'progress was not noted'),
    );
  }, BEAT_MS);
  try {
    // Read before the snapshot is taken: a checkpoint signed in between is not held against it.
    const outsideNote = await outsideCheckpointIn(config.dataFolder).read();
    const verified = await verifyLedger({
      appUrl,
      keys,
      outsideNote,
      onProgress: (entries) => {
        done = entries;
      },
    });
    const { holds } = verified;
    await inTransaction(db, async (tx) => {
      await noteProgress(tx, job.id, verified.entries);
      await finishVerification(tx, job.id, { holds, findings: told(verified) });
    });
    if (!holds)
      log.error({ findings: verified.findings.map(({ code, where }) => ({ code, where })) }, 'the ledger does not hold');
  } finally {
    clearInterval(beat);
  }
  return true;
}

/** Counts, and in words what does not hold: the first of each kind. */
function told({ holds: _, findings, ...counts }: Verification): VerificationJob['findings'] {
  return { ...counts, ...Object.fromEntries(findings.map(({ code, text }) => [code, text])) };
}
