import { openNote, readVkey } from '#platform/crypto/signed-note.ts';
import { readCheckpoint } from '#src/ledger/checkpoint.ts';
import { openedLeafHash } from '#src/ledger/leaf.ts';
import { verifyInclusion } from '#src/ledger/merkle.ts';
import { readTlogProof, type TlogProof, writeTlogProof } from '#src/ledger/tlog-proof.ts';

/** What travels in the `extra` line of a proof: the entry and the key that opens it, or the bare leaf of one that nobody may open. */
type Extra =
  | { readonly format: 'saglasie-entry'; readonly entry: string; readonly entryKey: string; readonly vkeys: readonly string[] }
  | { readonly format: 'saglasie-leaf'; readonly leaf: string; readonly vkeys: readonly string[] };

/** A C2SP tlog-proof that says by itself of what it is the proof: with `opens` the entry's words, without them its leaf. */
export function writeEntryProof(
  tlogProof: string,
  what: { readonly leafHash: string; readonly vkey: string; readonly opens: { canonical: string; entryKey: string } | null },
): string {
  const { opens, vkey } = what;
  const extra: Extra = opens
    ? { format: 'saglasie-entry', entry: opens.canonical, entryKey: base64Of(opens.entryKey), vkeys: [vkey] }
    : { format: 'saglasie-leaf', leaf: base64Of(what.leafHash), vkeys: [vkey] };
  return writeTlogProof({ ...(readTlogProof(tlogProof) as TlogProof), extra: Buffer.from(JSON.stringify(extra)) });
}

/** What a proof shows. */
export interface ShownEntry {
  /** The words of the entry, parsed; null for one that nobody may open. */
  readonly entry: Readonly<Record<string, unknown>> | null;
  readonly leafHash: string;
  readonly position: number;
}

/** Whether the proof shows that its entry is in a log signed by one of these keys; undefined when it does not. */
export function checkEntryProof(text: string, vkeys: readonly string[]): ShownEntry | undefined {
  const proof = readTlogProof(text);
  const extra = proof?.extra && readExtra(proof.extra);
  if (!proof || !extra) return undefined;
  const keys = vkeys.map((vkey) => readVkey(vkey)).filter((key) => key !== undefined);
  const note = openNote(proof.checkpoint, keys);
  const checkpoint = note && readCheckpoint(note.text);
  if (!checkpoint || !note.by.some(({ name }) => name === checkpoint.origin)) return undefined;

  const isOpen = extra.format === 'saglasie-entry';
  const leafHash = isOpen
    ? openedLeafHash(Buffer.from(extra.entryKey, 'base64'), extra.entry)
    : Buffer.from(extra.leaf, 'base64');
  const { position, proof: path } = proof;
  const { size, root } = checkpoint;
  if (!verifyInclusion({ leafHash, position, size, proof: path, root })) return undefined;
  const entry = isOpen ? objectOf(extra.entry) : null;
  return entry === undefined ? undefined : { entry, leafHash: leafHash.toString('hex'), position };
}

function readExtra(bytes: Buffer): Extra | undefined {
  const extra = objectOf(bytes.toString());
  const { format, entry, entryKey, leaf } = extra ?? {};
  if (format === 'saglasie-entry' && typeof entry === 'string' && typeof entryKey === 'string') return extra as unknown as Extra;
  return format === 'saglasie-leaf' && typeof leaf === 'string' ? (extra as unknown as Extra) : undefined;
}

export function objectOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function base64Of(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64');
}
