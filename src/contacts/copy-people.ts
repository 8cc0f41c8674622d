import { sql } from 'kysely';
import type { OwnSession, Transaction } from '#platform/database/connect.ts';
import { copyIn } from '#platform/database/copy-in.ts';
import type { Address, PointKind } from './addresses.ts';
import type { Facts } from './contact.ts';

export interface CopiedContact {
  readonly id: string;
  readonly state: 'active' | 'quarantined';
  readonly language: string;
  readonly country: string | null;
  readonly facts: Facts;
  readonly originId: string;
}

export interface CopiedPoint {
  readonly id: string;
  readonly contactId: string;
  readonly kind: PointKind;
  readonly address: Address;
  readonly hash: Buffer;
  readonly provenanceId: string;
  readonly isPrimary: boolean;
}

/**
 * Adds any number of people with their addresses, within a transaction that is open on this session. Addresses first: the
 * copies of them in each contact are then right at once, and nobody is written twice.
 */
export async function copyPeople(
  { client }: OwnSession,
  contacts: readonly CopiedContact[],
  points: readonly CopiedPoint[],
): Promise<void> {
  await client.query('set constraints contact_point_contact_id_fkey deferred');
  await copyIn(
    client,
    'contact_point',
    ['id', 'contact_id', 'kind', 'original', 'normalised', 'match_key', 'match_hash', 'provenance_ids', 'is_primary'],
    points.map(({ id, contactId, kind, address, hash, provenanceId, isPrimary }) => [
      id,
      contactId,
      kind,
      address.original,
      address.normalised,
      address.matchKey,
      hash,
      [provenanceId],
      isPrimary,
    ]),
  );
  await copyIn(
    client,
    'contact',
    ['id', 'state', 'language', 'country', 'facts', 'origin_id'],
    contacts.map(({ id, state, language, country, facts, originId }) => [id, state, language, country, facts, originId]),
  );
  await client.query('set constraints contact_point_contact_id_fkey immediate');
}

export interface ChangedContact {
  readonly id: string;
  readonly facts: Facts;
  readonly country: string | null;
  readonly state: string;
}

/** Changes any number of people at once. */
export async function changePeople(tx: Transaction, changed: readonly ChangedContact[]): Promise<void> {
  if (changed.length === 0) return;
  await sql`
    update contact c set facts = n.facts, country = n.country, state = n.state, updated_at = now()
      from unnest(${changed.map(({ id }) => id)}::uuid[], ${changed.map(({ facts }) => JSON.stringify(facts))}::jsonb[],
        ${changed.map(({ country }) => country)}::text[], ${changed.map(({ state }) => state)}::text[]) as n(id, facts, country, state)
     where c.id = n.id`.execute(tx);
}

/** Keeps what values of many people were before an import changed them, or after it was undone. */
export async function copyChanges(
  { client }: OwnSession,
  changes: readonly { contactId: string; field: string; old: string | null; new: string | null; reason: string | null }[],
): Promise<void> {
  await copyIn(
    client,
    'contact_change',
    ['contact_id', 'field', 'old_value', 'new_value', 'reason', 'changed_by_kind'],
    changes.map(({ contactId, field, old, new: value, reason }) => [contactId, field, old, value, reason, 'import']),
  );
}

/** Takes addresses away again that an import had added, except where their owner has answered from one since. */
export async function removePoints(
  tx: Transaction,
  pointIds: readonly string[],
): Promise<{ contactId: string; kind: string; original: string }[]> {
  if (pointIds.length === 0) return [];
  const { rows } = await sql<{ contactId: string; kind: string; original: string }>`
    delete from contact_point where id = any(${pointIds}::uuid[]) and verified_at is null
    returning contact_id as "contactId", kind, original`.execute(tx);
  return rows;
}
