import type { Services } from '#src/services.ts';
import { originOf, readCheckpoint } from './checkpoint.ts';
import { findLastCheckpoint } from './find-checkpoint.ts';
import { outsideCheckpointIn } from './outside-checkpoint.ts';
import { createSequencer } from './sequence-entries.ts';

/**
 * Puts what a command has appended into the log before the command ends: there may be no worker to do it. Under the name
 * the log has, whatever address this command was given. Leaves it to a worker that is at it already.
 *
 * @throws LogRefused
 */
export async function sequenceNow({ db, keys, config }: Services): Promise<void> {
  const last = await findLastCheckpoint(db);
  const sequencer = createSequencer({
    db,
    openKeys: async () => keys,
    origin: (last && readCheckpoint(last.note)?.origin) ?? originOf(config.publicUrl),
    outside: outsideCheckpointIn(config.dataFolder),
  });
  await sequencer.drain();
}
