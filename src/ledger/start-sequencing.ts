import { openKeys } from '#platform/crypto/keys.ts';
import type { Services } from '#src/services.ts';
import { originOf } from './checkpoint.ts';
import { outsideCheckpointIn } from './outside-checkpoint.ts';
import { createSequencer, LogRefused } from './sequence-entries.ts';

/** An entry is under a signed checkpoint within ten seconds of its commit; the margin is for a machine that is busy. */
const POLL_MS = 2_000;
/** After something went wrong, and while the log must not be signed on. */
const RETRY_MS = 10_000;

export interface Sequencing {
  /** Lets the batch under way end. */
  stop(): Promise<void>;
}

/**
 * Puts the ledger's entries in order for as long as this process runs. By a short timer and not by being notified: an
 * appender that had to notify would wait, at its commit, for every other one that does (PostgreSQL queues notifications
 * under one lock), and a checkpoint for every single entry is what nobody needs.
 */
export function startSequencing({ db, config, log }: Services): Sequencing {
  const sequencer = createSequencer({
    db,
    openKeys: () => openKeys(config.dataFolder),
    origin: originOf(config.publicUrl),
    outside: outsideCheckpointIn(config.dataFolder),
  });
  let stopping = false;
  let wake: (() => void) | undefined;

  async function run(): Promise<void> {
    while (!stopping) await pause(await pass());
  }

  async function pass(): Promise<number> {
    try {
      await sequencer.drain();
      return POLL_MS;
    } catch (err) {
      // Said again and again on purpose: until somebody looks, nothing new can be proven.
      if (err instanceof LogRefused) log.error({ finding: err.message }, 'the ledger is not signed on');
      else log.error({ err }, 'sequencing failed');
      return RETRY_MS;
    }
  }

  function pause(ms: number): Promise<void> {
    if (stopping) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(done, ms);
      wake = done;
      function done(): void {
        clearTimeout(timer);
        resolve();
      }
    });
  }

  const running = run();
  return {
    async stop() {
      stopping = true;
      sequencer.stop();
      wake?.();
      await running;
    },
  };
}
