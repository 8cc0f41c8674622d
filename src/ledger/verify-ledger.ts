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
  let page: Promise<Page> | undefined = readPage(db, '00000000-0000-0000-0000-000000000000');
  while (page) {
    const rows: Page = await page;
    const last = rows.at(-1);
    // Read while these are hashed. Should hashing fail, its own failure says nothing more.
    page = rows.length === PAGE && last ? readPage(db, last.id) : undefined;
    page?.catch(() => {});
    for (const row of rows) {
      const genuine = row.salt !== null && leafHashOf(row.salt, entryOf(row)).equals(row.leaf_hash);
      if (!genuine) {
        brokenEntries += 1;
        firstBrokenEntry ??= row.id;
      }
    }
    entries += rows.length;
    onProgress?.(entries);
  }
  return { entries, brokenEntries, firstBrokenEntry };
}

type Page = Awaited<ReturnType<typeof readPage>>;

function readPage(db: Database, after: string) {
  return db
    .selectFrom('ledger_entry')
    .leftJoin('ledger_salt', 'ledger_salt.contact_id', 'ledger_entry.contact_id')
    .selectAll('ledger_entry')
    .select('ledger_salt.salt')
    .where('ledger_entry.id', '>', after)
    .orderBy('ledger_entry.id')
    .limit(PAGE)
    .execute();
}

async function compareFold(db: Database) {
  // Sorting every entry in the memory of a small query would go over the disk twice.
  await sql`set local work_mem = '128MB'`.execute(db);
  const { rows } = await sql<{ n: number; first: string | null }>`
    select count(*)::int as n, min(concat_ws('/', contact_id, purpose_id, channel, register)) as first
      from permission_state held full join permission_fold said using (contact_id, purpose_id, channel, register)
     where (held.kind, held.occurred_at, held.strictness, held.entry_id, held.until, held.legal_basis, held.permission_ground, held.purpose_version)
           is distinct from
           (said.kind, said.occurred_at, said.strictness, said.entry_id, said.until, said.legal_basis, said.permission_ground, said.purpose_version)`.execute(
    db,
  );
  return { permissionDifferences: rows[0]?.n ?? 0, firstPermissionDifference: rows[0]?.first ?? null };
}
