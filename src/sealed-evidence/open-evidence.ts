import { sql } from 'kysely';
import type { Keys } from '#platform/crypto/keys.ts';
import type { Database, Transaction } from '#platform/database/connect.ts';
import { proveLeaf } from '#src/ledger/prove-leaf.ts';
import { type AddressKey, type Capsule, handleOf, type KeptEvent, unseal } from './capsule.ts';
import { findOpening } from './list-openings.ts';

/** An opened capsule, with the days between which it was and will be kept. */
export interface OpenedCapsule {
  readonly id: string;
  readonly sealedOn: string;
  readonly keepUntil: string;
  readonly content: Capsule;
}

/**
 * Opens what is kept under the address that was asked about: once, by whoever asked, after somebody else agreed. The
 * database refuses everything else, and writes it into the audit. `other-address` when it is not the address that was asked
 * about: nothing was opened then, and nothing used up.
 */
export async function openEvidence(
  tx: Transaction,
  keys: Keys,
  opening: { readonly id: string; readonly openedBy: string; readonly address: AddressKey },
): Promise<OpenedCapsule[] | 'other-address' | 'not-open'> {
  const asked = await findOpening(tx, opening.id);
  if (!asked || asked.requestedBy !== opening.openedBy || asked.status !== 'approved') return 'not-open';
  const { rows: same } = await sql<{ same: boolean }>`
    select is_asked_about(${opening.id}::uuid, ${handleOf(keys, opening.address)}) as same`.execute(tx);
  if (!same[0]?.same) return 'other-address';

  const { rows } = await sql<CapsuleRow>`
    select capsule_id, sealed, wrapped_key, sealed_on::text, keep_until::text
      from open_evidence(${opening.id}::uuid, ${opening.openedBy}::uuid)`.execute(tx);
  const opened: OpenedCapsule[] = [];
  for (const row of rows) {
    const content = unseal(keys, { id: row.capsule_id, sealed: row.sealed, wrappedKey: row.wrapped_key }, opening.address);
    const events: KeptEvent[] = [];
    for (const event of content.events) events.push(await withProof(tx, keys, event));
    opened.push({
      id: row.capsule_id,
      sealedOn: row.sealed_on,
      keepUntil: row.keep_until,
      content: { ...content, events },
    });
  }
  return opened;
}

interface CapsuleRow {
  readonly capsule_id: string;
  readonly sealed: Buffer;
  readonly wrapped_key: Buffer;
  readonly sealed_on: string;
  readonly keep_until: string;
}

/** An entry made just before the erasure had no place in the log when it was sealed; its leaf has one since. */
async function withProof(db: Database, keys: Keys, event: KeptEvent): Promise<KeptEvent> {
  return event.tlogProof ? event : { ...event, ...(await proveLeaf(db, keys, event.entry)) };
}
