import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { uuidv7 } from '#platform/crypto/uuid.ts';
import type { Transaction } from '#platform/database/connect.ts';
import { actorIdOf, type Entry, type NewEntry } from './entry.ts';
import { leafHashOf } from './leaf.ts';

/** Salts of contacts made in this same transaction, so that they need not be read back. */
export type KnownSalts = ReadonlyMap<string, Buffer>;

/**
 * Appends legal facts, any number in one statement, each with its salted leaf. The database folds them into today's
 * permissions in the same transaction. There is no verb to change or remove an entry.
 */
export async function appendEntries(tx: Transaction, entries: readonly NewEntry[], knownSalts?: KnownSalts): Promise<Entry[]> {
  if (entries.length === 0) return [];
  const salts = await saltsOf(tx, [...new Set(entries.map((entry) => entry.contactId))], knownSalts);
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
  const salts = new Map(contactIds.map((id) => [id, randomBytes(32)]));
  await sql`insert into ledger_salt (contact_id, salt)
    select * from unnest(${[...salts.keys()]}::uuid[], ${[...salts.values()]}::bytea[])`.execute(tx);
  return salts;
}

async function saltsOf(tx: Transaction, contactIds: string[], known?: KnownSalts): Promise<Map<string, Buffer>> {
  const salts = new Map<string, Buffer>();
  const missing: string[] = [];
  for (const id of contactIds) {
    const salt = known?.get(id);
    if (salt) salts.set(id, salt);
    else missing.push(id);
  }
  if (missing.length > 0) {
    const rows = await tx.selectFrom('ledger_salt').select(['contact_id', 'salt']).where('contact_id', 'in', missing).execute();
    for (const row of rows) salts.set(row.contact_id, row.salt);
  }
  return salts;
}
