import { sql } from 'kysely';
import type { Database } from '#platform/database/connect.ts';
import { MailRefused } from '#platform/mail/mail-address.ts';
import type { HandOver, Mailer } from '#platform/mail/mailer.ts';
import { carryNotice } from '#src/information-duty/carry-notice.ts';
import { noteTold } from '#src/information-duty/note-told.ts';
import type { Language } from '#src/languages/languages.ts';
import type { Services } from '#src/services.ts';
import { contactLock } from './contact-lock.ts';
import { LEASE } from './lease.ts';
import { renderMessage } from './render-message.ts';
import { isTemplate, templates } from './templates.ts';

/** Messages one pass takes; the rest is left for other processes and the next pass. */
const BATCH = 40;
const AT_ONCE = 4;
/** The database lets no message go to somebody who does not know where their data came from. */
const TOLD_FIRST = 'SG010';
/** After that long a message that only ever met "try again" is given up. */
const GIVE_UP_AFTER_MS = 48 * 3600 * 1000;

/** Takes messages that are due and hands each over; returns how many were taken. Any number of processes may do so at once. */
export async function deliverWaiting(services: Services, mailer: Mailer): Promise<number> {
  await releaseAbandoned(services.db);
  const waiting = await claim(services.db);
  const rest = waiting.values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const one of rest) await handOverOne(services, mailer, one);
    }),
  );
  return waiting.length;
}

interface Claimed {
  readonly id: string;
  readonly contactId: string;
}

/** A lease keeps other processes off; nothing is decided by it. */
async function claim(db: Database): Promise<Claimed[]> {
  const { rows } = await sql<{ id: string; contact_id: string }>`
    update delivery set lease_until = now() + ${LEASE}::interval
     where id in (select id from delivery
                   where status = 'queued' and not_before <= now() and (lease_until is null or lease_until < now())
                   order by not_before, id limit ${BATCH} for update skip locked)
    returning id, contact_id`.execute(db);
  return rows.map((row) => ({ id: row.id, contactId: row.contact_id }));
}

/**
 * Hands one message over. The order is what makes a withdrawal final:
 * 1. the contact's lock, shared, on a connection of its own;
 * 2. only then, in a later statement and so with a fresh look, `attempting`: the database asks the gate again and turns it
 *    into `withheld` when something was withdrawn in between;
 * 3. that is committed, so that after a crash it is known that this message may have left;
 * 4. the message, and the server's answer;
 * 5. the lock is let go.
 */
async function handOverOne(services: Services, mailer: Mailer, { id, contactId }: Claimed): Promise<void> {
  await services.db.connection().execute(async (db) => {
    await sql`select pg_advisory_lock_shared(${contactLock(contactId)})`.execute(db);
    try {
      await carryNotice(db, { id, contactId });
      const attempt = await startAttempt(services, db, id);
      if (!attempt) return;
      const handOver = await tryHandOver(services, db, mailer, attempt);
      await settleAttempt(db, attempt, handOver);
      if (attempt.noticeHash && handOver.outcome === 'accepted') await noteTold(db, attempt.id);
      services.log.info(
        { delivery: id, template: attempt.template, outcome: handOver.outcome, attempts: attempt.attempts },
        'delivery attempted',
      );
    } finally {
      await sql`select pg_advisory_unlock_shared(${contactLock(contactId)})`.execute(db);
    }
  });
}

interface Attempt {
  readonly id: string;
  readonly contactId: string;
  readonly purposeId: string;
  readonly template: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly language: Language;
  readonly to: string;
  readonly createdAt: Date;
  readonly attempts: number;
  /** Hex. Of the notice of where their data came from, when this message carries one. */
  readonly noticeHash: string | undefined;
}

async function startAttempt(services: Services, db: Database, id: string): Promise<Attempt | undefined> {
  const { rows } = await sql<{
    status: string;
    contact_id: string;
    purpose_id: string;
    template: string;
    parameters: Record<string, string>;
    language: Language;
    created_at: Date;
    attempts: number;
    notice_hash: Buffer | null;
    to: string | null;
  }>`update delivery d set status = 'attempting', attempts = attempts + 1, lease_until = now() + ${LEASE}::interval
      where id = ${id} and status = 'queued'
    returning status, contact_id, purpose_id, template, parameters, language, created_at, attempts, notice_hash,
      (select normalised from contact_point where id = d.contact_point_id) as "to"`
    .execute(db)
    .catch((cause: { code?: string }) => {
      // More came in from elsewhere since the notice was put in: the next pass puts in the newer one.
      if (cause.code !== TOLD_FIRST) throw cause;
      services.log.info({ delivery: id }, 'a message waits for the notice it must carry');
      return { rows: [] };
    });
  const row = rows[0];
  if (row?.status !== 'attempting' || !row.to) return undefined;
  return {
    id,
    contactId: row.contact_id,
    purposeId: row.purpose_id,
    template: row.template,
    parameters: row.parameters,
    language: row.language,
    to: row.to,
    createdAt: row.created_at,
    attempts: row.attempts,
    noticeHash: row.notice_hash?.toString('hex'),
  };
}

async function tryHandOver(services: Services, db: Database, mailer: Mailer, attempt: Attempt): Promise<HandOver> {
  try {
    const message = await renderMessage(services, db, attempt);
    if (!message) return { outcome: 'refused', permanent: true, code: 'nothing-to-say' };
    await db.updateTable('delivery').set({ message_id: message.messageId }).where('id', '=', attempt.id).execute();
    return await mailer.handOver(message);
  } catch (cause) {
    if (cause instanceof MailRefused) return { outcome: 'refused', permanent: true, code: 'unsafe-header' };
    services.log.error({ delivery: attempt.id, err: cause }, 'a message could not be made');
    return { outcome: 'refused', permanent: false, code: 'defect' };
  }
}

async function settleAttempt(db: Database, attempt: Attempt, handOver: HandOver): Promise<void> {
  const settled = (status: 'sent' | 'failed' | 'unknown', code: string | null) =>
    sql`update delivery set status = ${status}, last_error = ${code}, settled_at = clock_timestamp(), lease_until = null
         where id = ${attempt.id} and status = 'attempting'`.execute(db);
  if (handOver.outcome === 'accepted') {
    await settled('sent', null);
    return;
  }
  const tired = Date.now() - attempt.createdAt.getTime() > GIVE_UP_AFTER_MS;
  if (handOver.outcome === 'unknown' && !mayRepeat(attempt.template)) await settled('unknown', handOver.code);
  else if ((handOver.outcome === 'refused' && handOver.permanent) || tired) await settled('failed', handOver.code);
  else {
    await sql`update delivery set status = 'queued', last_error = ${handOver.code}, lease_until = null,
        not_before = clock_timestamp() + make_interval(secs => ${pauseAfter(attempt.attempts)})
      where id = ${attempt.id} and status = 'attempting'`.execute(db);
  }
}

/** Seconds until the next attempt: doubling from half a minute to an hour, spread so that a queue does not come back at once. */
export function pauseAfter(attempts: number): number {
  return Math.min(30 * 2 ** (attempts - 1), 3600) * (0.5 + Math.random());
}

function mayRepeat(template: string): boolean {
  return isTemplate(template) && templates[template].repeat === 'at-least-once';
}

/** Whoever attempted these is gone. What may be said twice is tried again; of the rest nobody can say whether it left. */
async function releaseAbandoned(db: Database): Promise<void> {
  const repeatable = Object.entries(templates)
    .filter(([, { repeat }]) => repeat === 'at-least-once')
    .map(([name]) => name);
  await sql`update delivery set
      status = case when template = any(${repeatable}::text[]) then 'queued' else 'unknown' end,
      settled_at = case when template = any(${repeatable}::text[]) then null else clock_timestamp() end,
      lease_until = null, last_error = 'interrupted'
    where status = 'attempting' and lease_until < now()`.execute(db);
}
