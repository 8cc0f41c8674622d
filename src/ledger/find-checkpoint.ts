import { sql } from 'kysely';
import type { Database } from '#platform/database/connect.ts';

export interface RecordedCheckpoint {
  readonly number: number;
  readonly size: number;
  readonly root: Buffer;
  /** The signed note, followed by the cosignatures received since. */
  readonly note: string;
  readonly signedAt: Date;
}

/** The newest checkpoint; undefined before the log was ever signed. */
export async function findLastCheckpoint(db: Database): Promise<RecordedCheckpoint | undefined> {
  const { rows } = await sql<Row>`${columns} from ledger_checkpoint c order by c.number desc limit 1`.execute(db);
  return rows[0] && checkpointOf(rows[0]);
}

/** The newest checkpoint a witness has signed too. */
export async function findLastCosignedCheckpoint(db: Database): Promise<RecordedCheckpoint | undefined> {
  const { rows } =
    await sql<Row>`${columns} from ledger_checkpoint c where c.number = (select max(checkpoint) from ledger_cosignature)`.execute(
      db,
    );
  return rows[0] && checkpointOf(rows[0]);
}

interface Row {
  readonly number: string;
  readonly size: string;
  readonly root: Buffer;
  readonly note: string;
  readonly signed_at: Date;
}

const columns = sql`select c.number, c.size, c.root, c.signed_at,
  c.note || coalesce((select string_agg(s.line || E'\n', '' order by s.witness) from ledger_cosignature s where s.checkpoint = c.number), '') as note`;

function checkpointOf(row: Row): RecordedCheckpoint {
  return { number: Number(row.number), size: Number(row.size), root: row.root, note: row.note, signedAt: row.signed_at };
}
