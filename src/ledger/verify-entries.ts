import { uuidAt } from '#platform/database/copy-out.ts';
import { ID, LEAF_COLUMNS, LEAF_HASH, leafColumns, leafOfRow } from './leaf-of-row.ts';
import { SetDigest } from './set-digest.ts';
import type { Snapshot } from './snapshot.ts';

/** Blocks of the table from `from`, and before `to` where there is one. */
export interface Blocks {
  readonly from: number;
  readonly to?: number | undefined;
}

export interface EntriesFound {
  readonly entries: number;
  readonly broken: number;
  /** The smallest id of a broken one. */
  readonly firstBroken: string | null;
  /** Over id and leaf of every entry; see {@link SetDigest}. */
  readonly sum: readonly [number, number];
}

/** After so many entries whoever waits is told how many more were read. */
const TOLD_AFTER = 16_384;

/** Recomputes the leaf of every entry in these blocks from what it says and its contact's salt. */
export async function verifyEntries(
  snapshot: Snapshot,
  blocks: Blocks,
  digestKey: Uint8Array,
  onMore?: (entries: number) => void,
): Promise<EntriesFound> {
  const digest = new SetDigest(digestKey);
  let entries = 0;
  let broken = 0;
  let firstBroken: string | null = null;
  const end = blocks.to === undefined ? '' : `and e.ctid < '(${blocks.to},0)'::tid`;
  await snapshot.rows(
    `select ${leafColumns} from ledger_entry e left join ledger_salt s using (contact_id) where e.ctid >= '(${blocks.from},0)'::tid ${end}`,
    LEAF_COLUMNS,
    (row) => {
      entries += 1;
      if (entries % TOLD_AFTER === 0) onMore?.(TOLD_AFTER);
      const kept = row.at[LEAF_HASH] as number;
      const leaf = leafOfRow(row);
      if (leaf?.compare(row.bytes, kept, kept + (row.length[LEAF_HASH] as number)) !== 0) {
        broken += 1;
        const id = uuidAt(row.bytes, row.at[ID] as number);
        if (firstBroken === null || id < firstBroken) firstBroken = id;
      }
      digest.add(row.bytes, row.at[ID] as number, kept);
    },
  );
  return { entries, broken, firstBroken, sum: digest.sum };
}
