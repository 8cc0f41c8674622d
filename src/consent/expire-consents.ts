import { sql } from 'kysely';
import { type Database, inTransaction, type Transaction } from '#platform/database/connect.ts';
import { appendEntries } from '#src/ledger/append-entries.ts';
import type { Channel } from '#src/purposes/purpose.ts';
import { recordSystemSource } from '#src/sources/record-system-source.ts';

const BATCH = 500;

// A renewal of the last second may still be waiting for its commit; written down too early, the end would outrank it.
const GRACE = '5 minutes';

/**
 * Writes down the end of consents given for a limited time. The gate already denies them from the moment they end; this
 * makes the end itself a fact with a time. Returns how many.
 */
export async function expireConsents(db: Database): Promise<number> {
  let expired = 0;
  for (;;) {
    const batch = await inTransaction(db, expireBatch);
    expired += batch;
    if (batch < BATCH) return expired;
  }
}

async function expireBatch(tx: Transaction): Promise<number> {
  // Two workers would both write down the same ends.
  await sql`select pg_advisory_xact_lock(hashtextextended('expire consents', 0))`.execute(tx);
  const { rows } = await sql<{ contact_id: string; purpose_id: string; version: number; channel: Channel; until: Date }>`
    select s.contact_id, s.purpose_id, p.version, s.channel, s.until
      from permission_state s join purpose p on p.id = s.purpose_id
     where s.register = 'consent' and s.kind in ('consent-given', 'consent-renewed') and s.until <= clock_timestamp() - ${GRACE}::interval
     limit ${BATCH}`.execute(tx);
  if (rows.length === 0) return 0;
  const sourceId = await recordSystemSource(tx, 'Expiry of consents');
  await appendEntries(
    tx,
    rows.map((row) => ({
      kind: 'consent-expired' as const,
      contactId: row.contact_id,
      purpose: { id: row.purpose_id, version: row.version },
      channel: row.channel,
      occurredAt: row.until,
      sourceId,
      actor: { kind: 'system' as const },
      method: 'expiry',
    })),
  );
  return rows.length;
}
