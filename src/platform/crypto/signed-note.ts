import { hash } from 'node:crypto';
import { type SigningKey, verifyEd25519 } from './ed25519.ts';

/**
 * Text signed by named keys, as C2SP signed-note has it: the text, an empty line, and lines of
 * `— name base64(key id ‖ signature)`.
 */
export interface NoteKey {
  /** Without spaces and `+`; best an address without its scheme. */
  readonly name: string;
  readonly publicKey: Buffer;
}

export interface NoteSigner extends NoteKey, SigningKey {}

export interface NoteSignature {
  readonly name: string;
  /** Four bytes, as hex. */
  readonly keyId: string;
  readonly signature: Buffer;
  /** As it stands in the note, without its line break. */
  readonly line: string;
}

export interface SignedNote {
  /** With its final line break. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

const ED25519 = 1;
const MOST_SIGNATURES = 100;

/** First four bytes of SHA-256(name ‖ line break ‖ type ‖ public key), as hex. */
export function keyIdOf({ name, publicKey }: NoteKey, type: number = ED25519): string {
  const said = Buffer.concat([Buffer.from(`${name}\n`), Buffer.from([type]), publicKey]);
  return hash('sha256', said, 'buffer').subarray(0, 4).toString('hex');
}

/** A verifier key as one line: `name+key id+base64(type ‖ public key)`. */
export function writeVkey(key: NoteKey, type: number = ED25519): string {
  return `${key.name}+${keyIdOf(key, type)}+${Buffer.concat([Buffer.from([type]), key.publicKey]).toString('base64')}`;
}

/** Reads a verifier key; undefined when it is none of this type, or its key id is not the one of its key. */
export function readVkey(text: string, type: number = ED25519): NoteKey | undefined {
  const [, name, keyId, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})$/u.exec(text) ?? [];
  if (name === undefined || encoded === undefined) return undefined;
  const bytes = Buffer.from(encoded, 'base64');
  const key = { name, publicKey: bytes.subarray(1) };
  const whole = bytes.length === 33 && bytes[0] === type && bytes.toString('base64') === encoded;

  return whole && keyIdOf(key, type) === keyId ? key : undefined;
}

/** The note with a signature of each signer. */
export function signNote(text: string, ...signers: NoteSigner[]): string {
  if (!isNoteText(text)) throw new TypeError('the text of a note ends with a line break and has no control characters');
  return `${text}\n${signers.map((signer) => `${signatureLine(signer, ED25519, signer.sign(Buffer.from(text)))}\n`).join('')}`;
}

export function signatureLine(key: NoteKey, type: number, signature: Buffer): string {
  const bytes = Buffer.concat([Buffer.from(keyIdOf(key, type), 'hex'), signature]);
  return `— ${key.name} ${bytes.toString('base64')}`;
}

/** Takes a note apart without judging its signatures; undefined when it is not one. */
export function readNote(note: string): SignedNote | undefined {
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n') || !note.isWellFormed()) return undefined;
  const text = note.slice(0, end + 1);
  const lines = note.slice(end + 2, -1).split('\n');
  if (!isNoteText(text) || lines.length > MOST_SIGNATURES) return undefined;
  const signatures = lines.map(readSignatureLine);

  return signatures.every((signature) => signature !== undefined) ? { text, signatures } : undefined;
}

export function readSignatureLine(line: string): NoteSignature | undefined {
  const [, name, encoded] = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u.exec(line) ?? [];
  if (name === undefined || encoded === undefined) return undefined;
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.length < 5 || bytes.toString('base64') !== encoded) return undefined;

  return { name, keyId: bytes.subarray(0, 4).toString('hex'), signature: bytes.subarray(4), line };
}

/**
 * Which of these keys signed the note. As the specification asks, signatures of unknown keys are passed over, and one of a
 * known key that is wrong spoils the whole note.
 */
export function openNote(note: string, keys: readonly NoteKey[]): { readonly text: string; readonly by: NoteKey[] } | undefined {
  const read = readNote(note);
  if (!read) return undefined;
  const by: NoteKey[] = [];
  for (const { name, keyId, signature } of read.signatures) {
    const key = keys.find((one) => one.name === name && keyIdOf(one) === keyId);
    if (!key) continue;
    if (!verifyEd25519(key.publicKey, Buffer.from(read.text), signature)) return undefined;
    by.push(key);
  }
  return by.length > 0 ? { text: read.text, by } : undefined;
}

function isNoteText(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return text.endsWith('\n') && text.isWellFormed() && !/[\u0000-\u0009\u000b-\u001f]/.test(text);
}
