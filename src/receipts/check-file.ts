import type { Keys } from '#platform/crypto/keys.ts';
import { readTlogProof, type TlogProof } from '#src/ledger/tlog-proof.ts';
import { readReceiptFile } from './read-receipt-file.ts';
import { verifyConsentHistory } from './verify-consent-history.ts';
import {
  includes,
  leafOf,
  openNote,
  type PartState,
  type ReceiptPart,
  type ReceiptVerdict,
  readCheckpoint,
  readVkey,
  verifyReceipt,
} from './verify-receipt.js';

/** Whose keys these are: ours today, ours once, or nobody's we know. */
export type KeyOrigin = { readonly owner: 'own'; readonly usedUntil: Date | undefined } | { readonly owner: 'unknown' };

export type FileFinding =
  /** No receipt at all; one with a part missing; a proof without the entry, of which only its own log knows more. */
  | { readonly outcome: 'unreadable' | 'truncated' }
  | { readonly outcome: 'proof-alone'; readonly proof: TlogProof }
  | { readonly outcome: 'broken' | 'unchecked' | 'holds'; readonly verdict: ReceiptVerdict };

/** Largest file that is looked at. */
export const LARGEST_FILE = 2 * 1024 * 1024;

/** Checks whatever somebody gives us as a receipt, in any of its three forms. Nothing is asked but the file itself. */
export async function checkFile(bytes: Uint8Array): Promise<FileFinding> {
  const text = textOf(bytes)
    ?.replace(/^\uFEFF/, '')
    .trimStart();
  if (text === undefined || text === '') return { outcome: 'unreadable' };
  try {
    if (text.startsWith('c2sp.org/tlog-proof@')) return await checkProof(text);
    if (text.startsWith('{')) return await checkJson(text);
    if (/^<!doctype html|^<html/i.test(text)) return await checkHtml(text);
  } catch (thrown) {
    // Nested deeper than a receipt ever is.
    if (!(thrown instanceof RangeError)) throw thrown;
  }
  return { outcome: 'unreadable' };
}

/** Whether every key that signed is one of this installation. */
export async function ownerOf(vkeys: readonly string[], keys: Keys): Promise<KeyOrigin> {
  const read = await Promise.all(vkeys.map(readVkey));
  const ours = read.map((key) =>
    keys.signing.known.find(({ publicKey }) => key !== undefined && publicKey.equals(key.publicKey)),
  );
  if (ours.length === 0 || ours.some((key) => key === undefined)) return { owner: 'unknown' };
  const ended = ours.flatMap((key) => key?.until ?? []);
  return { owner: 'own', usedUntil: ended.sort((one, other) => one.getTime() - other.getTime())[0] };
}

async function checkHtml(text: string): Promise<FileFinding> {
  const file = readReceiptFile(text);
  if (!file) return { outcome: /<main id="said"|id="receipt"|id="verdict"/.test(text) ? 'truncated' : 'unreadable' };
  return judged(await verifyReceipt(file.document, file.readable));
}

async function checkJson(text: string): Promise<FileFinding> {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return { outcome: text.includes('https://w3id.org/dpv#') ? 'truncated' : 'unreadable' };
  }
  const { format } = document as { format?: unknown };
  if (format === 'saglasie-consent-history') return judged((await verifyConsentHistory(document)).verdict);
  const { proof, seal } = document as { proof?: unknown; seal?: unknown };
  if (proof === undefined && seal === undefined) return { outcome: 'unreadable' };
  return judged(await verifyReceipt(document));
}

async function checkProof(text: string): Promise<FileFinding> {
  // The last line break is easily lost in copying; it says nothing.
  const proof = readTlogProof(text.endsWith('\n') ? text : `${text}\n`);
  if (!proof) return { outcome: 'truncated' };
  const opened = openingOf(proof.extra);
  return opened ? judged(await verifyProof(proof, opened)) : { outcome: 'proof-alone', proof };
}

interface Opening {
  readonly entry: string;
  readonly entryKey: string;
  readonly vkeys: readonly string[];
}

/** The entry and its key as our own proofs carry them. */
function openingOf(extra: Buffer | undefined): Opening | undefined {
  if (!extra) return undefined;
  try {
    const { format, entry, entryKey, vkeys } = JSON.parse(extra.toString()) as Record<string, unknown>;
    const isWhole =
      format === 'saglasie-entry' &&
      typeof entry === 'string' &&
      typeof entryKey === 'string' &&
      Array.isArray(vkeys) &&
      vkeys.length <= 8 &&
      vkeys.every((vkey) => typeof vkey === 'string');
    return isWhole ? { entry, entryKey, vkeys } : undefined;
  } catch {
    return undefined;
  }
}

/** The same steps as for a receipt, as far as a proof has them: no text, no page, no seal. */
async function verifyProof(
  { position, proof, checkpoint: note }: TlogProof,
  { entry, entryKey, vkeys }: Opening,
): Promise<ReceiptVerdict> {
  const read = await Promise.all(vkeys.map(readVkey));
  const keys = read.filter((key) => key !== undefined);
  const signed = await openNote(note, keys);
  const checkpoint = signed.state === 'broken' ? undefined : readCheckpoint(signed.text);
  const named = checkpoint && keys.some(({ name }) => name === checkpoint.origin);
  const said = parsed(entry);
  const leaf = await leafOf(entryKey, entry);
  const inclusion = proof.map((hash) => hash.toString('base64'));
  const inLog =
    leaf !== undefined &&
    checkpoint !== undefined &&
    (await includes({ leaf, position, size: checkpoint.size, inclusion, root: checkpoint.root }));
  const states: [ReceiptPart, PartState][] = [
    ['form', 'holds'],
    ['key', keys.length === read.length ? 'holds' : 'broken'],
    ['checkpoint', named ? signed.state : 'broken'],
    ['entry', said && leaf !== undefined ? 'holds' : 'broken'],
    ['proof', inLog ? 'holds' : 'broken'],
  ];
  const broken = states.find(([, state]) => state === 'broken')?.[0];
  const isUnchecked = states.some(([, state]) => state === 'unchecked');
  return {
    outcome: broken ? 'broken' : isUnchecked ? 'unchecked' : 'holds',
    ...(broken ? { broken } : {}),
    parts: states.map(([part, state]) => ({ part, state })),
    ...(said && inLog && leaf !== undefined && checkpoint ? { entry: said, checkpoint, position, leaf } : {}),
    keys: signed.by,
  };
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function judged(verdict: ReceiptVerdict): FileFinding {
  return { outcome: verdict.outcome, verdict };
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
