import { sql } from 'kysely';
import { databaseNow } from '#platform/clock.ts';
import { type Database, inTransaction } from '#platform/database/connect.ts';
import { recordAudit } from '#src/audit/record-audit.ts';
import { findCounting } from '#src/deadlines/counting.ts';
import { deadlineAfter } from '#src/deadlines/deadline-after.ts';
import { eraseContacts } from '#src/erasure/erase-contacts.ts';
import { today } from '#src/information-duty/select-duties.ts';

const BATCH = 200;
/** Most people one run erases; the next one goes on. */
const AT_MOST = 20_000;

/**
 * Data nobody accounts for in time go (Art. 5(1)(e); ЗЗЛД чл. 25а: within a month of knowing). A source that has no day yet gets
 * one a month from now, so that there is time to look; people whose day has passed are erased. Who is restricted or on hold, or has a
 * question of ours to answer, waits. Answers how many were erased.
 */
export async function expireQuarantine(db: Database): Promise<number> {
  await setMissingDeadlines(db);
  let erased = 0;
  while (erased < AT_MOST) {
    const batch = await inTransaction(db, async (tx) => {
      const { rows } = await sql<{ id: string }>`
        select c.id from contact c
         where c.state = 'quarantined' and quarantine_expiry(c.origin_id, c.created_at) < ${today}
           and retention_obstacle(c.id) is null
           and not exists (select from approach a where a.contact_id = c.id and a.settled_at is null and a.cause = 'repermission')
         order by c.id limit ${BATCH}`.execute(tx);
      const gone = await eraseContacts(
        tx,
        rows.map(({ id }) => id),
        { reason: 'quarantine' },
      );
      for (const id of gone) {
        await recordAudit(tx, {
          actor: { kind: 'system' },
          action: 'contact.erased',
          subject: { kind: 'contact', id },
          detail: { reason: 'quarantine' },
        });
      }
      return gone.length;
    });
    erased += batch;
    if (batch < BATCH) break;
  }
  return erased;
}

/** Sources with people in quarantine and without a day get the default one. */
export async function setMissingDeadlines(db: Database): Promise<void> {
  await inTransaction(db, async (tx) => {
    const counting = await findCounting(tx);
    const { legalDue } = deadlineAfter(await databaseNow(tx), 1, counting);
    // Two workers at once would both find it missing.
    await sql`select pg_advisory_xact_lock(hashtextextended('quarantine deadlines', 0))`.execute(tx);
    await sql`
      insert into quarantine_deadline (source_id, expires_on)
      select distinct v.source_id, ${legalDue}::date
        from provenance v
       where exists (select from contact c where c.origin_id = v.id and c.state = 'quarantined')
         and not exists (select from quarantine_deadline d where d.source_id = v.source_id)`.execute(tx);
  });
}
