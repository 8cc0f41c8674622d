import type { Database } from '#platform/database/connect.ts';
import type { Entry } from './entry.ts';
import { entryOf } from './queries.ts';

export interface RecordedEntry extends Entry {
  readonly recordedAt: Date;
  /** RFC 6962 leaf, 32 bytes. */
  readonly leafHash: Buffer;
}

export async function findEntry(db: Database, id: string): Promise<RecordedEntry | undefined> {
  const row = await db.selectFrom('ledger_entry').selectAll().where('id', '=', id).executeTakeFirst();
  return row && { ...entryOf(row), recordedAt: row.recorded_at, leafHash: row.leaf_hash };
}

/** A contact's entries, newest first. */
export async function listEntriesOf(db: Database, contactId: string, limit = 1000): Promise<RecordedEntry[]> {
  const rows = await db
    .selectFrom('ledger_entry')
    .selectAll()
    .where('contact_id', '=', contactId)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ ...entryOf(row), recordedAt: row.recorded_at, leafHash: row.leaf_hash }));
}

/** The newest entries of anyone. */
export async function listLatestEntries(db: Database, limit: number): Promise<RecordedEntry[]> {
  const rows = await db.selectFrom('ledger_entry').selectAll().orderBy('id', 'desc').limit(limit).execute();
  return rows.map((row) => ({ ...entryOf(row), recordedAt: row.recorded_at, leafHash: row.leaf_hash }));
}
