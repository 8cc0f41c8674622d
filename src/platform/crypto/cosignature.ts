import { verifyEd25519 } from './ed25519.ts';
import { keyIdOf, type NoteKey, type NoteSigner, readNote, readSignatureLine, signatureLine } from './signed-note.ts';

/** Type byte of a witness's key (C2SP tlog-cosignature): Ed25519 over the time and the text of a checkpoint. */
export const COSIGNATURE = 4;

const TIME = 8;

/** The line a witness adds to a note it has seen. */
export function cosign(note: string, witness: NoteSigner, at: Date): string {
  const text = readNote(note)?.text;
  if (text === undefined) throw new TypeError('what is cosigned is a note');
  const seconds = Math.floor(at.getTime() / 1000);
  const time = Buffer.alloc(TIME);
  time.writeBigUInt64BE(BigInt(seconds));
  return signatureLine(witness, COSIGNATURE, Buffer.concat([time, witness.sign(messageOf(text, BigInt(seconds)))]));
}

/** When this witness says it saw the note; undefined when the line is not a cosignature of this witness over it. */
export function readCosignature(note: string, line: string, witness: NoteKey): Date | undefined {
  const text = readNote(note)?.text;
  const read = readSignatureLine(line);
  if (text === undefined || read?.name !== witness.name || read.keyId !== keyIdOf(witness, COSIGNATURE)) return undefined;
  if (read.signature.length !== TIME + 64) return undefined;
  const seconds = read.signature.readBigUInt64BE();
  const genuine = verifyEd25519(witness.publicKey, messageOf(text, seconds), read.signature.subarray(TIME));
  return genuine && seconds < 2n ** 40n ? new Date(Number(seconds) * 1000) : undefined;
}

function messageOf(text: string, seconds: bigint): Buffer {
  return Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`);
}
