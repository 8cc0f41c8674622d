import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Keys } from '#platform/crypto/keys.ts';
import type { Database } from '#platform/database/connect.ts';
import { originOf } from '#src/ledger/checkpoint.ts';
import { outsideCheckpointIn } from '#src/ledger/outside-checkpoint.ts';
import { createSequencer } from '#src/ledger/sequence-entries.ts';

/** Gives every entry there is its place in the log and signs it, as the worker does every two seconds. */
export async function sequenceLog(parts: { db: Database; keys: Keys; publicUrl: string }): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'saglasie-log-'));
  try {
    await createSequencer({
      db: parts.db,
      openKeys: async () => parts.keys,
      origin: originOf(parts.publicUrl),
      outside: outsideCheckpointIn(folder),
    }).drain();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
