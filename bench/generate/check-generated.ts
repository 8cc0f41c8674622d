import { sql } from 'kysely';
import type { Keys } from '#platform/crypto/keys.ts';
import { connect } from '#platform/database/connect.ts';
import { verifyLedger } from '#src/ledger/verify-ledger.ts';

/**
 * Asks the database whether everything its triggers would have kept true is true of what was copied past them: leaves,
 * folded permissions, accounts of every datum, copies for search. Big tables are checked in part.
 *
 * @throws Error naming what is wrong
 */
export async function checkGenerated(ownerUrl: string, keys: Keys, contacts: number): Promise<void> {
  const connection = connect(ownerUrl, { max: 1 });
  const part = sql.raw(String(Math.min(100, 5_000_000 / contacts)));
  try {
    const ledger = await verifyLedger({ appUrl: ownerUrl, keys, outsideNote: undefined });
    if (!ledger.holds) throw new Error(`the generated ledger does not verify: ${JSON.stringify(ledger)}`);
    const { rows } = await sql<{ copies: number; strays: number; denied: number }>`
      select (select count(*)::int from contact c tablesample system (${part}) where search_text <> search_text_of(c)) as copies,
             (select count(*)::int from contact c tablesample system (${part}) left join provenance p on p.id = c.origin_id
               where p.id is null or (p.legal_basis = 'unknown') <> (c.state = 'quarantined')) as strays,
             (select count(*)::int from delivery d tablesample system (${part}) left join contact_point cp
                 on cp.id = d.contact_point_id and cp.contact_id = d.contact_id
                left join ledger_entry e on e.id = d.allowed_by where cp.id is null or e.id is null) as denied`.execute(
      connection.db,
    );
    if (!rows[0] || Object.values(rows[0]).some((wrong) => wrong !== 0))
      throw new Error(`generated rows are wrong: ${JSON.stringify(rows[0])}`);
  } finally {
    await connection.close();
  }
}
