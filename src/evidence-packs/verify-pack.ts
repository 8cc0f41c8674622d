import { hash } from 'node:crypto';
import { z } from 'zod';
import { openNote, readVkey } from '#platform/crypto/signed-note.ts';
import { readZip, type ZipRefusal, ZipRefused } from '#platform/zip/read-zip.ts';
import { readReceiptFile } from '#src/receipts/read-receipt-file.ts';
import { verifyReceipt } from '#src/receipts/verify-receipt.js';
import { checkEntryProof, objectOf, type ShownEntry } from './entry-proof.ts';
import { MANIFEST, type Manifest, packKinds, SIGNATURE, statementOf } from './pack.ts';

/** What is wrong with a pack; the first that is found is what is told. */
export type PackFault =
  | ZipRefusal
  | 'not-a-pack'
  | 'newer-version'
  | 'signature-wrong'
  | 'signed-by-another'
  | 'file-missing'
  | 'file-not-listed'
  | 'file-changed'
  | 'data-unreadable'
  | 'notice-changed'
  | 'notice-missing'
  | 'proof-broken'
  | 'proof-missing'
  | 'statement-differs'
  | 'receipt-broken';

export interface PackVerdict {
  readonly holds: boolean;
  readonly broken: { readonly fault: PackFault; readonly file: string | null } | null;
  readonly kind: Manifest['kind'] | null;
  readonly subject: string | null;
  readonly controller: string | null;
  readonly createdAt: string | null;
  /** C2SP verifier key of the signature. Whose it is the pack cannot say: compare it, or give the one you know. */
  readonly signedBy: string | null;
  readonly files: number;
  readonly notices: number;
  readonly proofs: number;
  readonly receipts: number;
  /** Events that had no place in the log yet when the pack was made. */
  readonly unproven: number;
}

/** Larger packs are not ours: a person's whole history is some megabytes. */
export const packLimits = { archive: 256 * 1024 * 1024, files: 50_000, bytes: 512 * 1024 * 1024 };

class Broken extends Error {
  readonly fault: PackFault;
  readonly file: string | null;

  constructor(fault: PackFault, file: string | null = null) {
    super(fault);
    this.fault = fault;
    this.file = file;
  }
}

/**
 * Whether an evidence pack holds, from nothing but the pack: the signature over its manifest, every hash, every text under its
 * own hash, every proof against a checkpoint signed by a key of the log, every receipt, and that what is said of an event is
 * what its proof shows. Stops at the first thing that is wrong.
 *
 * @param vkey the verifier key it must be signed with; without it the pack's own is taken and named.
 */
export async function verifyPack(bytes: Buffer, vkey?: string): Promise<PackVerdict> {
  const seen = { files: 0, notices: 0, proofs: 0, receipts: 0, unproven: 0 };
  let manifest: Manifest | undefined;
  const verdict = (broken: PackVerdict['broken']): PackVerdict => ({
    holds: broken === null,
    broken,
    kind: manifest?.kind ?? null,
    subject: manifest?.subject ?? null,
    controller: manifest?.controller ?? null,
    createdAt: manifest?.createdAt ?? null,
    signedBy: manifest?.signedBy ?? null,
    ...seen,
  });
  try {
    const files = await readZip(bytes, packLimits);
    manifest = openManifest(files, vkey);
    checkFiles(files, manifest);
    seen.files = manifest.files.length;
    seen.notices = checkNotices(files);
    const keys = [...keysOf(files), manifest.signedBy];
    const shown = checkProofs(files, keys);
    seen.proofs = shown.size;
    seen.receipts = await checkReceipts(files, keys);
    seen.unproven = checkStatements(files, shown);
    return verdict(null);
  } catch (thrown) {
    if (thrown instanceof Broken) return verdict({ fault: thrown.fault, file: thrown.file });
    if (thrown instanceof ZipRefused) return verdict({ fault: thrown.code, file: thrown.file ?? null });
    throw thrown;
  }
}

type Files = ReadonlyMap<string, Buffer>;

const manifestShape = z.object({
  format: z.literal('saglasie-evidence-pack'),
  version: z.literal(1),
  kind: z.enum(packKinds),
  subject: z.string().max(100),
  controller: z.string().max(500),
  createdAt: z.iso.datetime(),
  signedBy: z.string().max(500),
  files: z.array(z.object({ name: z.string().max(300), bytes: z.int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) })),
});

function openManifest(files: Files, vkey: string | undefined): Manifest {
  const [text, signature] = [files.get(MANIFEST), files.get(SIGNATURE)];
  const said = text && objectOf(text.toString());
  if (!text || said?.['format'] !== 'saglasie-evidence-pack') throw new Broken('not-a-pack');
  if (!signature) throw new Broken('file-missing', SIGNATURE);
  if (typeof said['version'] === 'number' && said['version'] > 1) throw new Broken('newer-version', MANIFEST);
  const read = manifestShape.safeParse(said);
  if (!read.success) throw new Broken('not-a-pack', MANIFEST);
  const manifest = read.data;
  if (vkey !== undefined && vkey !== manifest.signedBy) throw new Broken('signed-by-another', SIGNATURE);
  const key = readVkey(manifest.signedBy);
  const opened = key && openNote(signature.toString(), [key]);
  if (opened?.text !== statementOf(text)) throw new Broken('signature-wrong', SIGNATURE);
  return manifest;
}

/** The archive holds what the manifest lists, byte for byte, and nothing else. */
function checkFiles(files: Files, manifest: Manifest): void {
  const listed = new Set([MANIFEST, SIGNATURE, ...manifest.files.map(({ name }) => name)]);
  for (const { name, bytes, sha256 } of manifest.files) {
    const body = files.get(name);
    if (!body) throw new Broken('file-missing', name);
    if (body.length !== bytes || hash('sha256', body, 'hex') !== sha256) throw new Broken('file-changed', name);
  }
  for (const name of files.keys()) if (!listed.has(name)) throw new Broken('file-not-listed', name);
}

function checkNotices(files: Files): number {
  const notices = [...files].filter(([name]) => name.startsWith('notices/'));
  for (const [name, body] of notices) {
    if (name !== `notices/${hash('sha256', body, 'hex')}.txt`) throw new Broken('notice-changed', name);
  }
  return notices.length;
}

/** Keys of the log, present and past. The manifest vouches for them: it is signed by one of them. */
function keysOf(files: Files): string[] {
  const keys = objectOf(files.get('log/keys.json')?.toString() ?? '')?.['keys'];
  const read = z.array(z.object({ vkey: z.string() })).safeParse(keys);
  if (!read.success) throw new Broken('data-unreadable', 'log/keys.json');
  return read.data.map(({ vkey }) => vkey);
}

function checkProofs(files: Files, vkeys: readonly string[]): Map<string, ShownEntry> {
  const shown = new Map<string, ShownEntry>();
  for (const [name, body] of files) {
    const [, id] = /^proofs\/([0-9a-f-]{36})\.tlog-proof$/.exec(name) ?? [];
    if (!id) continue;
    const entry = checkEntryProof(body.toString(), vkeys);
    if (!entry || (entry.entry && entry.entry['id'] !== id)) throw new Broken('proof-broken', name);
    shown.set(id, entry);
  }
  return shown;
}

/** Each receipt holds by itself, signed by a key of the log. */
async function checkReceipts(files: Files, vkeys: readonly string[]): Promise<number> {
  const known = new Set(vkeys);
  const receipts = new Set<string>();
  for (const [name, body] of files) {
    const [, id, type] = /^receipts\/([0-9a-f-]{36})\.(json|html)$/.exec(name) ?? [];
    if (!id) continue;
    const file =
      type === 'html' ? readReceiptFile(body.toString()) : { document: objectOf(body.toString()), readable: undefined };
    const verdict = await verifyReceipt(file?.document, file?.readable);
    const isOurs = verdict.keys.length > 0 && verdict.keys.every((vkey) => known.has(vkey)) && verdict.entry?.['id'] === id;
    if (verdict.outcome !== 'holds' || !isOurs) throw new Broken('receipt-broken', name);
    receipts.add(id);
  }
  return receipts.size;
}

const eventShape = z.object({
  entry: z.string(),
  kind: z.string(),
  occurredAt: z.string(),
  leafHash: z.string(),
  proven: z.boolean(),
  notice: z.object({ hash: z.string() }).nullable(),
});

/** What is said of each event is what its proof shows, and every text it names is there. */
function checkStatements(files: Files, shown: ReadonlyMap<string, ShownEntry>): number {
  const events = z.array(eventShape).safeParse(objectOf(files.get('data.json')?.toString() ?? '')?.['events'] ?? []);
  if (!events.success || !files.has('data.json')) throw new Broken('data-unreadable', 'data.json');
  for (const event of events.data) {
    const proof = shown.get(event.entry);
    if (event.notice && !files.has(`notices/${event.notice.hash}.txt`))
      throw new Broken('notice-missing', `notices/${event.notice.hash}.txt`);
    if (!event.proven) continue;
    if (!proof) throw new Broken('proof-missing', `proofs/${event.entry}.tlog-proof`);
    const { entry } = proof;
    const agrees =
      proof.leafHash === event.leafHash &&
      (entry === null ||
        (entry['kind'] === event.kind &&
          entry['occurredAt'] === event.occurredAt &&
          entry['notice'] === (event.notice?.hash ?? null)));
    if (!agrees) throw new Broken('statement-differs', `proofs/${event.entry}.tlog-proof`);
  }
  return events.data.filter(({ proven }) => !proven).length;
}
