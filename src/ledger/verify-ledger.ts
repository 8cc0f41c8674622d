import { sql } from 'kysely';
import type { Database } from '#platform/database/connect.ts';
import { leafHashOf } from './leaf.ts';
import { entryOf } from './queries.ts';

export interface Verification {
  readonly holds: boolean;
  readonly entries: number;
  /** Leaves of erased people: their number is known, their meaning is gone. */
  readonly erased: number;
  /** First entry whose content no longer gives its leaf. */
  readonly firstBrokenEntry: string | null;
  readonly brokenEntries: number;
  /** Registers in which the permissions in use differ from what the ledger says, each as contact/purpose/channel/register. */
  readonly permissionDifferences: number;
  readonly firstPermissionDifference: string | null;
}

const PAGE = 5000;

/**
 * Recomputes every leaf from what its entry says and every permission from the ledger, in one snapshot, and compares.
 * Memory stays flat.
 */
export function verifyLedger(db: Database, onProgress?: (entries: number) => void): Promise<Verification> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (tx) => {
      const leaves = await verifyLeaves(tx, onProgress);
      const fold = await compareFold(tx);
      const { rows } = await sql<{ n: number }>`select count(*)::int as n from ledger_erased`.execute(tx);
      return {
        holds: leaves.brokenEntries === 0 && fold.permissionDifferences === 0,
        ...leaves,
        ...fold,
        erased: rows[0]?.n ?? 0,
      };
    });
}

async function verifyLeaves(db: Database, onProgress?: (entries: number) => void) {
  let entries = 0;
  let brokenEntries = 0;
  let firstBrokenEntry: string | null = null;
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const rows = await db
      .selectFrom('ledger_entry')
      .leftJoin('ledger_salt', 'ledger_salt.contact_id', 'ledger_entry.contact_id')
      .selectAll('ledger_entry')
      .select('ledger_salt.salt')
      .where('ledger_entry.id', '>', after)
      .orderBy('ledger_entry.id')
      .limit(PAGE)
      .execute();
    for (const row of rows) {
      const genuine = row.salt !== null && leafHashOf(row.salt, entryOf(row)).equals(row.leaf_hash);
      if (!genuine) {
        brokenEntries += 1;
        firstBrokenEntry ??= row.id;
      }
    }
    entries += rows.length;
    onProgress?.(entries);
    const last = rows.at(-1);
    if (rows.length < PAGE || !last) return { entries, brokenEntries, firstBrokenEntry };
    after = last.id;
  }
}

async function compareFold(db: Database) {
  const { rows } = await sql<{ n: number; first: string | null }>`
    with held as (
      select contact_id, purpose_id, channel, register, kind, occurred_at, strictness, entry_id, until, legal_basis, permission_ground
        from permission_state
    ), differing as (
      (select * from held except all select * from permission_fold)
      union all
      (select * from permission_fold except all select * from held)
    )
    select count(*)::int as n, min(concat_ws('/', contact_id, purpose_id, channel, register)) as first from differing`.execute(db);
  return { permissionDifferences: rows[0]?.n ?? 0, firstPermissionDifference: rows[0]?.first ?? null };
}
