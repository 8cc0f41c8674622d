import { sql } from 'kysely';
import { type Database, inTransaction, type Transaction } from '#platform/database/connect.ts';
import { appendEntries } from '#src/ledger/append-entries.ts';
import type { Channel } from '#src/purposes/purpose.ts';
import { recordSystemSource } from '#src/sources/record-system-source.ts';

const BATCH = 200;
// An answer of the last second may still be waiting for its commit.
const GRACE = '5 minutes';

/**
 * Silence is no consent. Questions nobody answered in time are closed, and a consent that a changed purpose had outgrown is
 * written down as ended. Nothing more is sent. Returns how many were closed.
 */
export async function noteSilence(db: Database): Promise<number> {
  let closed = 0;
  for (;;) {
    const batch = await inTransaction(db, closeSome);
    closed += batch;
    if (batch < BATCH) return closed;
  }
}

async function closeSome(tx: Transaction): Promise<number> {
  const { rows } = await sql<{ id: string }>`
    select id from approach where settled_at is null and answer_until <= clock_timestamp() - ${GRACE}::interval
     order by answer_until limit ${BATCH} for update skip locked`.execute(tx);
  if (rows.length === 0) return 0;
  const ids = rows.map(({ id }) => id);
  // Read after they were locked: an answer that came first has changed what is held by now.
  const { rows: outgrown } = await sql<{
    contact_id: string;
    purpose_id: string;
    version: number;
    channel: Channel;
    until: Date;
    approach: string;
  }>`
    select s.contact_id, s.purpose_id, a.purpose_version as version, s.channel, a.answer_until as until, a.id as approach
      from approach a join permission_state s on s.contact_id = a.contact_id and s.purpose_id = a.purpose_id and s.channel = a.channel
       and s.register = 'consent' and s.entry_id = a.entry_id and s.kind in ('consent-given', 'consent-renewed')
     where a.id = any(${ids}::uuid[]) and a.cause = 'changed'`.execute(tx);
  if (outgrown.length > 0) {
    const sourceId = await recordSystemSource(tx, 'Expiry of consents');
    await appendEntries(
      tx,
      outgrown.map((row) => ({
        kind: 'consent-expired' as const,
        contactId: row.contact_id,
        purpose: { id: row.purpose_id, version: row.version },
        channel: row.channel,
        occurredAt: row.until,
        sourceId,
        actor: { kind: 'system' as const },
        method: 'silence',
        evidence: { approach: row.approach },
      })),
    );
  }
  await sql`update approach set answer = 'silence', settled_at = answer_until where id = any(${ids}::uuid[])`.execute(tx);
  return rows.length;
}
