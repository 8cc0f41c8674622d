import { readNote } from '#platform/crypto/signed-note.ts';
import type { Database } from '#platform/database/connect.ts';
import { askLog, type LogAnswer } from '#src/ledger/ask-log.ts';
import { originOf, readCheckpoint } from '#src/ledger/checkpoint.ts';
import { findLogKeys } from '#src/ledger/find-log-keys.ts';
import { openOwnCheckpoint } from '#src/ledger/log-keys.ts';
import { verifyInclusion } from '#src/ledger/merkle.ts';
import type { TlogProof } from '#src/ledger/tlog-proof.ts';
import type { Services } from '#src/services.ts';
import { checkFile, ownerOf } from './check-file.ts';
import type { ReceiptPart, ReceiptVerdict } from './verify-receipt.js';

/** What this installation can say of a file somebody brings. */
export type CheckedFile =
  | { readonly outcome: 'unreadable' | 'truncated' | 'proof-alone' }
  /** `inOurName`: it claims to be of our log and is signed by a key that never was ours. */
  | { readonly outcome: 'broken'; readonly broken: ReceiptPart; readonly verdict?: ReceiptVerdict; readonly inOurName?: string }
  | { readonly outcome: 'foreign'; readonly verdict: ReceiptVerdict; readonly name: string }
  /** Ours, and what our log says of it now. Without a verdict it was a bare proof. */
  | { readonly outcome: 'own'; readonly verdict?: ReceiptVerdict; readonly usedUntil: Date | undefined; readonly log: LogAnswer };

/** Checks a file by itself, then against our keys and our log. Nothing of it is kept. */
export async function checkAgainstLog(
  services: Pick<Services, 'keys' | 'config'>,
  db: Database,
  bytes: Uint8Array,
): Promise<CheckedFile> {
  const found = await checkFile(bytes);
  if (found.outcome === 'proof-alone') return checkBareProof(services, db, found.proof);
  if (!('verdict' in found)) return { outcome: found.outcome };
  const { verdict } = found;
  const { checkpoint, position, leaf, entry } = verdict;
  if (verdict.broken || !checkpoint || position === undefined || leaf === undefined) {
    return { outcome: 'broken', broken: verdict.broken ?? 'form', verdict };
  }
  const key = await ownerOf(verdict.keys, services.keys);
  if (key.owner === 'unknown') {
    const names = new Set((await findLogKeys(db)).map(({ vkey }) => vkey.slice(0, vkey.indexOf('+'))));
    const isOurName = checkpoint.origin === originOf(services.config.publicUrl) || names.has(checkpoint.origin);
    return isOurName
      ? { outcome: 'broken', broken: 'key', verdict, inOurName: checkpoint.origin }
      : { outcome: 'foreign', verdict, name: checkpoint.origin };
  }
  const log = await askLog(db, {
    entryId: typeof entry?.['id'] === 'string' ? uuidOf(entry['id']) : undefined,
    leaf: Buffer.from(leaf, 'base64'),
    position,
    size: checkpoint.size,
    root: Buffer.from(checkpoint.root, 'base64'),
  });
  return { outcome: 'own', verdict, usedUntil: key.usedUntil, log };
}

/** A proof without its entry says nothing by itself; of our own log we know the leaf at its place. */
async function checkBareProof(services: Pick<Services, 'keys'>, db: Database, proof: TlogProof): Promise<CheckedFile> {
  const own = openOwnCheckpoint(services.keys, proof.checkpoint);
  if (!own) {
    const note = readNote(proof.checkpoint);
    return note && readCheckpoint(note.text) ? { outcome: 'proof-alone' } : { outcome: 'broken', broken: 'checkpoint' };
  }
  const log = await askLog(db, { entryId: undefined, leaf: undefined, position: proof.position, size: own.size, root: own.root });
  const { leafHere } = log;
  const inLog =
    leafHere &&
    verifyInclusion({ leafHash: leafHere, position: proof.position, size: own.size, proof: proof.proof, root: own.root });
  if (!inLog) return { outcome: 'broken', broken: 'proof' };
  const known = services.keys.signing.known.find(({ publicKey }) => publicKey.equals(own.key.publicKey));
  return { outcome: 'own', usedUntil: known?.until, log };
}

function uuidOf(text: string): string | undefined {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text) ? text : undefined;
}
