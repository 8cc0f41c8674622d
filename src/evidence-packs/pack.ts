import { hash } from 'node:crypto';
import { type NoteSigner, signNote, writeVkey } from '#platform/crypto/signed-note.ts';
import { writeZip, type ZippedFile } from '#platform/zip/write-zip.ts';

/** What a pack is about. A further kind is one more file that collects it. */
export const packKinds = ['contact', 'form', 'capsule', 'retention'] as const;
export type PackKind = (typeof packKinds)[number];

/** What a pack says of itself, and the hash of everything in it. */
export interface Manifest {
  readonly format: 'saglasie-evidence-pack';
  readonly version: 1;
  readonly kind: PackKind;
  /** Public id of what it is about. */
  readonly subject: string;
  readonly controller: string;
  readonly createdAt: string;
  /** C2SP verifier key of the one who signed the manifest. */
  readonly signedBy: string;
  readonly files: readonly { readonly name: string; readonly bytes: number; readonly sha256: string }[];
}

export interface PackContent extends Pick<Manifest, 'kind' | 'subject' | 'controller'> {
  readonly files: readonly ZippedFile[];
}

export const MANIFEST = 'manifest.json';
export const SIGNATURE = 'manifest.note';

/**
 * What is signed: a statement of its own kind, in which nothing can be read as a checkpoint of the log (its second line is no
 * size), so that the key of the log can sign it without ever having said something about the log.
 */
export function statementOf(manifest: Buffer): string {
  return `saglasie evidence pack v1\nsha256 ${hash('sha256', manifest, 'hex')}\n`;
}

/** A pack as one archive: its files, the manifest with the hash of each, and the log key's signature over the manifest. */
export async function writePack(content: PackContent, signer: NoteSigner, at: Date): Promise<Buffer<ArrayBuffer>> {
  const { kind, subject, controller, files } = content;
  const manifest: Manifest = {
    format: 'saglasie-evidence-pack',
    version: 1,
    kind,
    subject,
    controller,
    createdAt: at.toISOString(),
    signedBy: writeVkey(signer),
    files: files.map(({ name, body }) => ({ name, bytes: body.length, sha256: hash('sha256', body, 'hex') })),
  };
  const text = jsonFile(MANIFEST, manifest);
  const signature = { name: SIGNATURE, body: Buffer.from(signNote(statementOf(text.body), signer)) };
  return writeZip([...files, text, signature], at);
}

export function jsonFile(name: string, value: unknown): ZippedFile {
  return { name, body: Buffer.from(`${JSON.stringify(value, null, 2)}\n`) };
}

export function textFile(name: string, text: string): ZippedFile {
  return { name, body: Buffer.from(text) };
}
