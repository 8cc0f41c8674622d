import type { Database } from '#platform/database/connect.ts';
import type { RecordedEntry } from './find-entry.ts';
import { canonicalEntry, entryKey } from './leaf.ts';

/** What opens the leaf of one entry and of no other. */
export interface EntryOpening {
  /** What the entry says: RFC 8785 canonical JSON. */
  readonly canonical: string;
  readonly entryKey: Buffer;
}

/** Undefined once the person was erased: nobody can open their entries any more. */
export async function openEntry(db: Database, entry: RecordedEntry): Promise<EntryOpening | undefined> {
  const row = await db.selectFrom('ledger_salt').select('salt').where('contact_id', '=', entry.contactId).executeTakeFirst();
  return row && { canonical: canonicalEntry(entry), entryKey: entryKey(row.salt, entry.id) };
}
