import { sql } from 'kysely';
import { type Database, inTransaction } from '#platform/database/connect.ts';
import { contactLock } from './contact-lock.ts';
import { LEASE } from './lease.ts';

/** A message that was already being handed over when the person withdrew. */
export interface InFlight {
  readonly deliveryId: string;
  readonly messageId: string | null;
  readonly at: Date;
}

const PATIENCE = '2s';

/**
 * Waits until no message that was allowed before is still being handed over to this contact. Call it after the withdrawal
 * was committed and before saying so: whatever starts later finds the withdrawal, and whatever started earlier has ended
 * by the time this returns. After two seconds it stops waiting and names what is still under way.
 *
 * It takes the lock and lets it go at once; holding it is not what protects, having had it is.
 */
export async function awaitHandOvers(db: Database, contactId: string): Promise<InFlight[]> {
  try {
    await inTransaction(db, async (tx) => {
      await sql`select set_config('lock_timeout', ${PATIENCE}, true)`.execute(tx);
      await sql`select pg_advisory_xact_lock(${contactLock(contactId)})`.execute(tx);
    });
    return [];
  } catch (cause) {
    if ((cause as { code?: string }).code !== '55P03') throw cause;
    const rows = await db
      .selectFrom('delivery')
      .select(['id', 'message_id', sql<Date>`lease_until - ${LEASE}::interval`.as('since')])
      .where('contact_id', '=', contactId)
      .where('status', '=', 'attempting')
      .execute();
    return rows.map((row) => ({ deliveryId: row.id, messageId: row.message_id, at: row.since }));
  }
}
