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
  return openedLeafHash(entryKey(salt, entry.id), canonicalEntry(entry));
}

/** The leaf of an entry of which only its own key and its canonical text are known, as whoever holds a receipt does. */
export function openedLeafHash(key: Buffer, canonical: string): Buffer {
  const commitment = createHmac('sha256', key).update(canonical).digest();
  return createHash('sha256').update(LEAF).update(commitment).digest();
}

/** HKDF-Expand (RFC 5869 §2.3) of the contact's salt for one entry; the salt is random, so Extract adds nothing. */
export function entryKey(salt: Buffer, entryId: string): Buffer {
  return createHmac('sha256', salt)
    .update(`saglasie ledger v1|${entryId}`)
    .update(Buffer.from([1]))
    .digest();
}

/**
 * The bytes that are committed to: RFC 8785 canonical JSON of everything the entry says. Its keys are written out in the
 * order the RFC sorts them into, because sorting them anew took most of the time a verification of millions needs.
 */
export function canonicalEntry(entry: Entry): string {
  const evidence = canonicalize(entry.evidence ?? {});
  if (evidence === undefined) throw new TypeError('evidence is always JSON');
  return (
    `{"actor":${json(entry.actor.kind)},"actorId":${json(actorIdOf(entry.actor))},"channel":${json(entry.channel)},` +
    `"contact":${json(entry.contactId)},"evidence":${evidence},"format":1,"id":${json(entry.id)},"kind":${json(entry.kind)},` +
    `"language":${json(entry.language)},"legalBasis":${json(entry.legalBasis)},"method":${json(entry.method)},` +
    `"notice":${json(entry.noticeHash)},"occurredAt":${json(entry.occurredAt.toISOString())},` +
    `"permissionGround":${json(entry.permissionGround)},"purpose":${json(entry.purpose?.id)},` +
    `"purposeVersion":${entry.purpose?.version ?? null},"source":${json(entry.sourceId)},"until":${json(entry.until?.toISOString())}}`
  );
}

/** A string as RFC 8785 §3.2.2.2 writes it, which is what JSON.stringify does. */
function json(text: string | null | undefined): string {
  return text === null || text === undefined ? 'null' : JSON.stringify(text);
}
