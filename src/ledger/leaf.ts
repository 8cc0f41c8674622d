import { createHash, createHmac } from 'node:crypto';
import canonicalize from 'canonicalize';
import { actorIdOf, type Entry } from './entry.ts';

const LEAF = Buffer.from([0x00, 0x01]);

/**
 * The Merkle leaf (RFC 6962 §2.1) of an entry: `SHA-256(0x00 ‖ 0x01 ‖ HMAC-SHA-256(k, JCS(entry)))`, where 0x01 is the format
 * and k belongs to this entry alone. Without the contact's salt a leaf can be neither opened nor guessed, so destroying
 * the salt erases the person and leaves the tree standing; disclosing one k opens one entry.
 */
export function leafHashOf(salt: Buffer, entry: Entry): Buffer {
  const commitment = createHmac('sha256', entryKey(salt, entry.id)).update(canonicalEntry(entry)).digest();
  return createHash('sha256').update(LEAF).update(commitment).digest();
}

/** HKDF-Expand (RFC 5869 §2.3) of the contact's salt for one entry; the salt is random, so Extract adds nothing. */
export function entryKey(salt: Buffer, entryId: string): Buffer {
  return createHmac('sha256', salt).update(`saglasie ledger v1|${entryId}`).update(Buffer.from([1])).digest();
}

/** The bytes that are committed to: RFC 8785 canonical JSON of everything the entry says. */
export function canonicalEntry(entry: Entry): string {
  const text = canonicalize({
    format: 1,
    id: entry.id,
    kind: entry.kind,
    contact: entry.contactId,
    purpose: entry.purpose?.id ?? null,
    purposeVersion: entry.purpose?.version ?? null,
    channel: entry.channel ?? null,
    legalBasis: entry.legalBasis ?? null,
    permissionGround: entry.permissionGround ?? null,
    occurredAt: entry.occurredAt.toISOString(),
    until: entry.until?.toISOString() ?? null,
    source: entry.sourceId,
    notice: entry.noticeHash ?? null,
    language: entry.language ?? null,
    actor: entry.actor.kind,
    actorId: actorIdOf(entry.actor),
    method: entry.method,
    evidence: entry.evidence ?? {},
  });
  if (text === undefined) throw new TypeError('an entry is always JSON');
  return text;
}
