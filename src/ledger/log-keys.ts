import type { Keys } from '#platform/crypto/keys.ts';
import { type NoteKey, type NoteSigner, openNote } from '#platform/crypto/signed-note.ts';
import { type Checkpoint, readCheckpoint } from './checkpoint.ts';

/** Who signs the log's checkpoints today, under the log's name. */
export function logSigner(keys: Keys, origin: string): NoteSigner {
  const { publicKey, sign } = keys.signing.current;
  return { name: origin, publicKey, sign };
}

/** A checkpoint whose signature is one of ours, and by which key. */
export interface OwnCheckpoint extends Checkpoint {
  readonly key: NoteKey;
}

/**
 * Opens a checkpoint this installation signed, under whatever address it had then and whichever of its keys; undefined when
 * the signature is not ours. The keys are those of `keys.json`: what the database says of keys proves nothing.
 */
export function openOwnCheckpoint(keys: Keys, note: string): OwnCheckpoint | undefined {
  const name = note.slice(0, note.indexOf('\n'));
  const opened = openNote(
    note,
    keys.signing.known.map(({ publicKey }) => ({ name, publicKey })),
  );
  const checkpoint = opened && readCheckpoint(opened.text);
  const [key] = opened?.by ?? [];

  return checkpoint && key ? { ...checkpoint, key } : undefined;
}
