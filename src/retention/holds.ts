import { sql } from 'kysely';
import { AppError, notFound } from '#platform/app-error.ts';
import type { Database, Transaction } from '#platform/database/connect.ts';
import { lockContact } from '#src/contacts/lock-contact.ts';
import type { HoldGround } from './retention.ts';

/** That somebody's data are needed for a claim or an inspection, and so are not erased whatever their time. */
export interface Hold {
  readonly id: string;
  readonly contactId: string;
  readonly ground: HoldGround;
  readonly reason: string;
  readonly placedBy: string;
  readonly placedAt: Date;
  /** `2027-03-01`: it ends by itself on this day. */
  readonly until: string | null;
  readonly lifted: { readonly by: string; readonly at: Date } | undefined;
  readonly isStanding: boolean;
}

export interface NewHold extends Pick<Hold, 'contactId' | 'ground' | 'reason' | 'placedBy' | 'until'> {}

/**
 * Puts a person on hold. Under the contact's lock: of a hold and an erasure at once, one comes first, and the other finds it.
 *
 * @throws AppError 404; 409 `on-hold-already` for the same ground
 */
export async function placeHold(tx: Transaction, hold: NewHold): Promise<string> {
  const state = await lockContact(tx, hold.contactId);
  if (!state || state === 'unconfirmed') throw notFound();
  // One that ended by its day makes room for another.
  await sql`
    update retention_hold set lifted_by = placed_by, lifted_at = clock_timestamp()
     where contact_id = ${hold.contactId}::uuid and ground = ${hold.ground} and lifted_at is null and until <= current_date`.execute(
    tx,
  );
  const row = await tx
    .insertInto('retention_hold')
    .values({ contact_id: hold.contactId, ground: hold.ground, reason: hold.reason, placed_by: hold.placedBy, until: hold.until })
    .onConflict((conflict) => conflict.columns(['contact_id', 'ground']).where('lifted_at', 'is', null).doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!row) throw new AppError('on-hold-already', { status: 409 });
  return row.id;
}

/** @throws AppError 404 when there is none standing */
export async function liftHold(tx: Transaction, id: string, staffId: string): Promise<string> {
  const row = await tx
    .updateTable('retention_hold')
    .set({ lifted_by: staffId, lifted_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', id)
    .where('lifted_at', 'is', null)
    .returning('contact_id')
    .executeTakeFirst();
  if (!row) throw notFound();
  return row.contact_id;
}

/** A contact's holds, or everybody's that stand; newest first. */
export async function listHolds(db: Database, of: { contactId?: string } = {}): Promise<Hold[]> {
  const { rows } = await sql<{
    id: string;
    contact_id: string;
    ground: HoldGround;
    reason: string;
    placed_by: string;
    placed_at: Date;
    until: string | null;
    lifted_by: string | null;
    lifted_at: Date | null;
    standing: boolean;
  }>`
    select id, contact_id, ground, reason, placed_by, placed_at, until::text as until, lifted_by, lifted_at, is_hold_standing(h) as standing
      from retention_hold h
     where case when ${of.contactId ?? null}::uuid is null then is_hold_standing(h) else contact_id = ${of.contactId ?? null}::uuid end
     order by id desc limit 500`.execute(db);
  return rows.map((row) => ({
    id: row.id,
    contactId: row.contact_id,
    ground: row.ground,
    reason: row.reason,
    placedBy: row.placed_by,
    placedAt: row.placed_at,
    until: row.until,
    lifted: row.lifted_by && row.lifted_at ? { by: row.lifted_by, at: row.lifted_at } : undefined,
    isStanding: row.standing,
  }));
}
