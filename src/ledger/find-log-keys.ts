import { writeVkey } from '#platform/crypto/signed-note.ts';
import type { Database } from '#platform/database/connect.ts';

export interface LogKey {
  /** C2SP verifier key. */
  readonly vkey: string;
  readonly from: Date;
  /** When the next one took over; undefined for the one in use. */
  readonly until: Date | undefined;
}

/** Every key the log was ever signed with, newest first. */
export async function findLogKeys(db: Database): Promise<LogKey[]> {
  const rows = await db.selectFrom('ledger_key').selectAll().orderBy('used_from', 'desc').execute();
  return rows.map((row, at) => ({
    vkey: writeVkey({ name: row.name, publicKey: row.public_key }),
    from: row.used_from,
    until: rows[at - 1]?.used_from,
  }));
}
