/**
 * Whether a receipt holds, from nothing but the receipt itself. This module runs on the server, in `saglasie verify`, and
 * inside the receipt's own HTML file in a browser without a network: so it is JavaScript as browsers read it, imports
 * nothing, knows WebCrypto only, and is written once.
 *
 * @typedef {'form' | 'key' | 'checkpoint' | 'entry' | 'proof' | 'text' | 'page' | 'seal' | 'statement'} ReceiptPart
 *   What a receipt consists of, in the order it is checked. The first that is broken is what is told.
 * @typedef {'holds' | 'broken' | 'unchecked' | 'absent'} PartState
 *   `unchecked`: this program cannot check Ed25519. `absent`: this receipt has no such part.
 * @typedef {{ readonly origin: string, readonly size: number, readonly root: string }} OpenedCheckpoint
 *   What a C2SP checkpoint says; the root in base64.
 * @typedef {Uint8Array<ArrayBuffer>} Bytes
 * @typedef {{ readonly vkey: string, readonly name: string, readonly keyId: string, readonly publicKey: Bytes }} VerifierKey
 *   A C2SP verifier key: `name+key id+base64(0x01 ‖ Ed25519 key)`.
 * @typedef {object} ReceiptVerdict
 * @property {'holds' | 'broken' | 'unchecked'} outcome `holds` only when every part was checked and holds.
 * @property {ReceiptPart} [broken]
 * @property {readonly { readonly part: ReceiptPart, readonly state: PartState }[]} parts
 * @property {Readonly<Record<string, unknown>>} [entry] What the entry says, once it is known to be the one in the log.
 * @property {OpenedCheckpoint} [checkpoint]
 * @property {number} [position]
 * @property {string} [leaf]
 * @property {readonly string[]} keys Verifier keys that signed the checkpoint and the receipt. Whether to trust them is for
 *   the reader to say.
 * @typedef {object} ReceiptProof The part of a receipt that proves it; hashes and keys in base64.
 * @property {string} entry
 * @property {string} entryKey
 * @property {string} leaf
 * @property {number} position
 * @property {number} size
 * @property {readonly string[]} inclusion
 * @property {string} checkpoint
 * @property {readonly string[]} vkeys
 * @property {string | null} noticeText
 * @property {string} pageSha256
 */

/** @type {readonly ReceiptPart[]} */
export const receiptParts = ['form', 'key', 'checkpoint', 'entry', 'proof', 'text', 'page', 'seal', 'statement'];

/**
 * @param {unknown} document
 * @param {string} [readable] What the receipt's HTML file shows, as text; left out for a receipt without a page.
 * @returns {Promise<ReceiptVerdict>}
 */
export async function verifyReceipt(document, readable) {
  const proof = proofOf(document);
  if (!proof) return { outcome: 'broken', broken: 'form', parts: [{ part: 'form', state: 'broken' }], keys: [] };

  /** @type {Map<ReceiptPart, PartState>} */
  const states = new Map([['form', 'holds']]);
  /** @type {Set<string>} */
  const signers = new Set();
  const keys = await Promise.all(proof.vkeys.map(readVkey));
  const known = keys.filter((key) => key !== undefined);
  states.set('key', known.length === keys.length ? 'holds' : 'broken');

  const signed = await openNote(proof.checkpoint, known);
  const checkpoint = signed.state === 'broken' ? undefined : readCheckpoint(signed.text);
  // Signed by whoever the log is named after, and no other.
  const named = checkpoint && known.some(({ name }) => name === checkpoint.origin) && checkpoint.size === proof.size;
  states.set('checkpoint', named ? signed.state : 'broken');

  const entry = objectOf(proof.entry);
  const leaf = await leafOf(proof.entryKey, proof.entry);
  const isEntry = entry !== undefined && leaf !== undefined && leaf === proof.leaf && canonical(entry) === proof.entry;
  states.set('entry', isEntry ? 'holds' : 'broken');
  const inLog = checkpoint !== undefined && (await includes({ ...proof, root: checkpoint.root, size: checkpoint.size }));
  states.set('proof', inLog ? 'holds' : 'broken');

  const notice = entry?.['notice'] ?? null;
  const textHash = proof.noticeText === null ? null : hex(await sha256(utf8(proof.noticeText)));
  states.set('text', textHash !== notice ? 'broken' : notice === null ? 'absent' : 'holds');
  const pageHash = readable === undefined ? undefined : await readableHash(readable);
  states.set('page', pageHash === undefined ? 'absent' : pageHash === proof.pageSha256 ? 'holds' : 'broken');

  const { seal, ...sealed } = /** @type {Record<string, unknown> & { seal: string }} */ (document);
  const sealing = await openNote(seal, known);
  const isSealed = checkpoint !== undefined && sealing.text === (await sealText(checkpoint.origin, sealed));
  states.set('seal', isSealed ? sealing.state : 'broken');
  states.set('statement', entry && agrees(sealed, entry) ? 'holds' : 'broken');
  for (const { by } of [signed, sealing]) for (const vkey of by) signers.add(vkey);

  const parts = receiptParts.map((part) => ({ part, state: states.get(part) ?? 'broken' }));
  const broken = parts.find(({ state }) => state === 'broken')?.part;
  return {
    outcome: broken ? 'broken' : parts.some(({ state }) => state === 'unchecked') ? 'unchecked' : 'holds',
    ...(broken ? { broken } : {}),
    parts,
    ...(isEntry && inLog ? { entry, checkpoint, position: proof.position, leaf: proof.leaf } : {}),
    keys: [...signers],
  };
}

/**
 * The leaf of an entry opened by its own key: `SHA-256(0x00 ‖ 0x01 ‖ HMAC-SHA-256(key, entry))`, base64.
 *
 * @param {string} entryKey
 * @param {string} entry
 * @returns {Promise<string | undefined>}
 */
export async function leafOf(entryKey, entry) {
  const key = bytesOf(entryKey, 32);
  if (!key) return undefined;
  const hmac = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const commitment = await crypto.subtle.sign('HMAC', hmac, utf8(entry));
  return base64(await sha256(joined([0, 1], new Uint8Array(commitment))));
}

/**
 * Whether a leaf is at this position of the tree with this root (RFC 9162 §2.1.3.2). Hashes in base64.
 *
 * @param {{ readonly leaf: string, readonly position: number | bigint, readonly size: number | bigint,
 *   readonly inclusion: readonly string[], readonly root: string }} claim
 * @returns {Promise<boolean>}
 */
export async function includes({ leaf, position, size, inclusion, root }) {
  let result = bytesOf(leaf, 32);
  let node = BigInt(position);
  let last = BigInt(size) - 1n;
  if (!result || node < 0n || node > last) return false;
  for (const line of inclusion) {
    const sibling = bytesOf(line, 32);
    if (!sibling || last === 0n) return false;
    if (node % 2n === 1n || node === last) {
      result = await sha256(joined([1], sibling, result));
      while (node % 2n === 0n && node !== 0n) [node, last] = [node >> 1n, last >> 1n];
    } else {
      result = await sha256(joined([1], result, sibling));
    }
    [node, last] = [node >> 1n, last >> 1n];
  }
  return last === 0n && base64(result) === root;
}

/**
 * @param {string} vkey
 * @returns {Promise<VerifierKey | undefined>}
 */
export async function readVkey(vkey) {
  const [, name = '', keyId = '', encoded = ''] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})$/u.exec(vkey) ?? [];
  const bytes = bytesOf(encoded, 33);
  if (bytes?.[0] !== 1) return undefined;
  const id = hex((await sha256(joined(utf8(`${name}\n`), bytes))).subarray(0, 4));
  return id === keyId ? { vkey, name, keyId, publicKey: bytes.subarray(1) } : undefined;
}

/**
 * Opens a C2SP signed note with these keys: signatures of other keys are passed over, a wrong one of a known key spoils it,
 * and one that is right is needed.
 *
 * @param {string} note
 * @param {readonly VerifierKey[]} keys
 * @returns {Promise<{ readonly state: 'holds' | 'broken' | 'unchecked', readonly text: string, readonly by: readonly string[] }>}
 */
export async function openNote(note, keys) {
  const end = note.lastIndexOf('\n\n');
  const text = note.slice(0, end + 1);
  /** @type {string[]} */
  const by = [];
  /** @type {'holds' | 'broken' | 'unchecked'} */
  let state = 'broken';
  if (end < 0 || !note.endsWith('\n')) return { state, text, by };
  const lines = note.slice(end + 2, -1).split('\n');
  if (lines.length > 100) return { state, text, by };
  for (const line of lines) {
    const [, name, encoded = ''] = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u.exec(line) ?? [];
    const bytes = bytesOf(encoded);
    if (!name || !bytes || bytes.length < 5) return { state: 'broken', text, by };
    const keyId = hex(bytes.subarray(0, 4));
    const key = keys.find((one) => one.name === name && one.keyId === keyId);
    if (!key) continue;
    const genuine = await verifySignature(key.publicKey, bytes.subarray(4), utf8(text));
    if (genuine === false) return { state: 'broken', text, by };
    by.push(key.vkey);
    state = genuine === undefined ? 'unchecked' : 'holds';
  }
  return { state, text, by };
}

/**
 * Reads the text of a C2SP checkpoint.
 *
 * @param {string} text
 * @returns {OpenedCheckpoint | undefined}
 */
export function readCheckpoint(text) {
  const [origin = '', size = '', root = ''] = text.split('\n');
  const wellFormed = origin !== '' && /^(0|[1-9]\d{0,15})$/.test(size) && bytesOf(root, 32) !== undefined;
  return wellFormed ? { origin, size: Number(size), root } : undefined;
}

/**
 * The text under a seal: of which log, and the hash of all that is sealed. Its second line is no number, so that a seal can
 * never be taken for a checkpoint of the same key.
 *
 * @param {string} origin
 * @param {unknown} sealed
 */
export async function sealText(origin, sealed) {
  return `${origin}\nsealed by its controller\n${base64(await sha256(utf8(canonical(sealed))))}\n`;
}

/**
 * SHA-256 (hex) of what a page shows, however its lines are broken.
 *
 * @param {string} readable
 */
export async function readableHash(readable) {
  return hex(await sha256(utf8(readable.replace(/\s+/g, ' ').trim())));
}

/**
 * Canonical JSON (RFC 8785).
 *
 * @param {unknown} value
 * @returns {string}
 */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
}

/**
 * Whether the readable half of the receipt tells of the entry that is proven, and not of another.
 *
 * @param {Record<string, unknown>} sealed
 * @param {Record<string, unknown>} entry
 */
function agrees(sealed, entry) {
  const subject = /** @type {{ id?: unknown } | undefined} */ (sealed['subject']);
  const statement = /** @type {Record<string, unknown> | undefined} */ (sealed['statement']);
  return (
    sealed['identifier'] === entry['id'] &&
    subject?.id === `urn:uuid:${entry['contact']}` &&
    statement !== undefined &&
    statement['record_id'] === entry['id'] &&
    statement['event_type'] === entry['kind'] &&
    statement['event_time'] === entry['occurredAt'] &&
    statement['channel'] === entry['channel'] &&
    statement['privacy_notice_sha256'] === entry['notice']
  );
}

/**
 * @param {unknown} document
 * @returns {ReceiptProof | undefined}
 */
function proofOf(document) {
  if (typeof document !== 'object' || document === null) return undefined;
  const { seal, proof } = /** @type {{ seal?: unknown, proof?: Partial<ReceiptProof> | null }} */ (document);
  if (typeof seal !== 'string' || typeof proof !== 'object' || proof === null) return undefined;
  const { position, size, inclusion, vkeys, noticeText } = proof;
  const texts = [proof.entry, proof.entryKey, proof.leaf, proof.checkpoint, proof.pageSha256];
  const wellFormed =
    texts.every((one) => typeof one === 'string') &&
    (noticeText === null || typeof noticeText === 'string') &&
    Number.isSafeInteger(position) &&
    Number.isSafeInteger(size) &&
    isListOfTexts(inclusion, 64) &&
    isListOfTexts(vkeys, 8);
  return wellFormed ? /** @type {ReceiptProof} */ (proof) : undefined;
}

/**
 * @param {unknown} list
 * @param {number} most
 */
function isListOfTexts(list, most) {
  return Array.isArray(list) && list.length <= most && list.every((one) => typeof one === 'string');
}

/**
 * @param {string} text
 * @returns {Record<string, unknown> | undefined}
 */
function objectOf(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

// The public key of RFC 8032 §7.1, test 1: whoever cannot take it cannot check Ed25519 at all.
const SOME_KEY = '11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=';

/**
 * Undefined when this program does not know Ed25519.
 *
 * @param {Bytes} key
 * @param {Bytes} signature
 * @param {Bytes} message
 * @returns {Promise<boolean | undefined>}
 */
async function verifySignature(key, signature, message) {
  try {
    await openKey(/** @type {Bytes} */ (bytesOf(SOME_KEY, 32)));
  } catch {
    return undefined;
  }
  try {
    return await crypto.subtle.verify('Ed25519', await openKey(key), signature, message);
  } catch {
    return false; // 32 bytes that are no point of the curve
  }
}

/** @param {Bytes} bytes */
function openKey(bytes) {
  return crypto.subtle.importKey('raw', bytes, 'Ed25519', false, ['verify']);
}

/**
 * @param {Bytes} bytes
 * @returns {Promise<Bytes>}
 */
async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

/**
 * @param {string} text
 * @returns {Bytes}
 */
function utf8(text) {
  return new Uint8Array(new TextEncoder().encode(text));
}

/**
 * @param {readonly (readonly number[] | Bytes)[]} parts
 * @returns {Bytes}
 */
function joined(...parts) {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

/**
 * Bytes of base64 in its one right spelling: of two that decode alike only one was issued.
 *
 * @param {string} text
 * @param {number} [length]
 * @returns {Bytes | undefined}
 */
function bytesOf(text, length) {
  try {
    const bytes = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
    return base64(bytes) === text && (length === undefined || bytes.length === length) ? bytes : undefined;
  } catch {
    return undefined;
  }
}

/** @param {Bytes} bytes */
function base64(bytes) {
  return btoa(String.fromCharCode(...bytes));
}

/** @param {Bytes} bytes */
function hex(bytes) {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
