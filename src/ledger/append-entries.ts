import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { uuidv7 } from '#platform/crypto/uuid.ts';
import type { Transaction } from '#platform/database/connect.ts';
import { actorIdOf, type Entry, type NewEntry } from './entry.ts';
import { leafHashOf } from './leaf.ts';

/** Salts read or made in this same transaction, so that they need not be read again. */
export type KnownSalts = ReadonlyMap<string, Buffer>;

/**
 * Appends legal facts, any number in one statement, each with its salted leaf. The database folds them into today's
 * permissions in the same transaction. There is no verb to change or remove an entry.
 */
export async function appendEntries(tx: Transaction, entries: readonly NewEntry[], knownSalts?: KnownSalts): Promise<Entry[]> {
  if (entries.length === 0) return [];
  const missing = [...new Set(entries.map((entry) => entry.contactId))].filter((id) => !knownSalts?.has(id));
  const salts =
    missing.length === 0 ? (knownSalts ?? new Map()) : new Map([...(knownSalts ?? []), ...(await findSalts(tx, missing))]);
  const added = entries.map((entry): Entry => ({ ...entry, id: uuidv7() }));
  const leaves = added.map((entry) => {
    const salt = salts.get(entry.contactId);
    if (!salt) throw new Error('a ledger entry needs the salt of its contact');
    return leafHashOf(salt, entry);
  });

  const column = <T>(of: (entry: Entry) => T): T[] => added.map(of);
  await sql`
    insert into ledger_entry (id, kind, contact_id, purpose_id, purpose_version, channel, legal_basis, permission_ground, occurred_at,
      until, source_id, notice_hash, language, actor, actor_id, method, evidence, leaf_hash)
    select * from unnest(
      ${column((e) => e.id)}::uuid[], ${column((e) => e.kind)}::text[], ${column((e) => e.contactId)}::uuid[],
      ${column((e) => e.purpose?.id ?? null)}::uuid[], ${column((e) => e.purpose?.version ?? null)}::int[],
      ${column((e) => e.channel ?? null)}::text[], ${column((e) => e.legalBasis ?? null)}::text[],
      ${column((e) => e.permissionGround ?? null)}::text[], ${column((e) => e.occurredAt.toISOString())}::timestamptz[],
      ${column((e) => e.until?.toISOString() ?? null)}::timestamptz[], ${column((e) => e.sourceId)}::uuid[],
      ${column((e) => (e.noticeHash ? Buffer.from(e.noticeHash, 'hex') : null))}::bytea[], ${column((e) => e.language ?? null)}::text[],
      ${column((e) => e.actor.kind)}::text[], ${column((e) => actorIdOf(e.actor))}::uuid[], ${column((e) => e.method)}::text[],
      ${column((e) => JSON.stringify(e.evidence ?? {}))}::jsonb[], ${leaves}::bytea[])`.execute(tx);
  return added;
}

/** Gives new contacts the secret that salts their leaves. */
export async function createSalts(tx: Transaction, contactIds: readonly string[]): Promise<Map<string, Buffer>> {
  const salts = newSalts(contactIds);
  await keepSalts(tx, salts);
  return salts;
}

export function newSalts(contactIds: readonly string[]): Map<string, Buffer> {
  return new Map(contactIds.map((id) => [id, randomBytes(32)]));
}

export async function keepSalts(tx: Transaction, salts: KnownSalts): Promise<void> {
  await sql`insert into ledger_salt (contact_id, salt)
    select * from unnest(${[...salts.keys()]}::uuid[], ${[...salts.values()]}::bytea[])`.execute(tx);
}

/** The salts of these contacts; of one that was erased there is none. */
export async function findSalts(tx: Transaction, contactIds: readonly string[]): Promise<Map<string, Buffer>> {
  const { rows } = await sql<{ contact_id: string; salt: Buffer }>`
    select contact_id, salt from ledger_salt where contact_id = any(${contactIds}::uuid[])`.execute(tx);
  return new Map(rows.map((row) => [row.contact_id, row.salt]));
}

/** The same of the contacts these addresses belong to, for whoever asks about both at once. */
export async function findSaltsByEmail(tx: Transaction, matchKeys: readonly string[]): Promise<Map<string, Buffer>> {
  const { rows } = await sql<{ contact_id: string; salt: Buffer }>`
    select contact_id, salt from contact_point join ledger_salt using (contact_id)
     where kind = 'email' and match_key = any(${matchKeys}::text[])`.execute(tx);
  return new Map(rows.map((row) => [row.contact_id, row.salt]));
}
