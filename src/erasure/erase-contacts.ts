import { sql } from 'kysely';
import type { Transaction } from '#platform/database/connect.ts';
import { lockContacts } from '#src/contacts/lock-contacts.ts';
import { everySlicesData } from '#src/every-slices-data.ts';
import { leaveUnited, wholePeople } from '#src/merging/find-living.ts';
import { findHeld } from '#src/retention/find-held.ts';

/**
 * Why people are erased: their request (Art. 17), "not me" on a confirmation page, never confirmed, end of retention, staff,
 * data whose origin nobody could show, or an import that was undone.
 */
export type ErasureReason = 'request' | 'not-me' | 'unconfirmed' | 'retention' | 'staff' | 'quarantine' | 'import-undone';

export interface ErasureOfMany {
  readonly reason: ErasureReason;
  readonly erasedBy?: string;
  /** The batch of retention that took them. */
  readonly batchId?: string;
  /** What must be done while their data are there for the last time; the journal names them by then. */
  readonly beforeTheyGo?: (tx: Transaction, contactIds: readonly string[]) => Promise<void>;
}

/**
 * Most people one transaction erases. Each holds an advisory lock until the end, and a server has room for a few thousand;
 * and whoever waits for one of them waits for all.
 */
export const ERASED_AT_ONCE = 500;

/** Nobody said anything to be remembered: not who never confirmed, nor whoever an import brought that should not have been. */
const LEAVES_NO_HASH: readonly ErasureReason[] = ['unconfirmed', 'import-undone'];

/**
 * Erases people: every slice's data, the salt of their leaves, and the contacts. What stays is a keyed hash of their
 * addresses, so that no import or list brings them back, and a journal entry that a restored backup replays. All in one
 * transaction: nobody is ever half erased. Answers who was erased: ids of nobody are passed over, and so is whoever is on
 * hold (Art. 17(3)(b), (e)), until it is lifted.
 *
 * @throws RangeError for more than {@link ERASED_AT_ONCE}: do them in several transactions
 */
export async function eraseContacts(
  tx: Transaction,
  contactIds: readonly string[],
  erasure: ErasureOfMany,
): Promise<readonly string[]> {
  if (contactIds.length > ERASED_AT_ONCE) throw new RangeError(`one transaction erases ${ERASED_AT_ONCE} people at most`);
  // Waits for messages being handed over to these people, and keeps new ones out (see deliver-waiting).
  const whole = await lockPeople(tx, contactIds, erasure.reason);
  // A person is one, however many records were united: one of them on hold holds all.
  const held = new Set(await wholePeople(tx, [...(await findHeld(tx, whole))]));
  const present = whole.filter((id) => !held.has(id));
  if (present.length === 0) return [];

  await suppressAddresses(tx, present, erasure.reason);
  // First: the database empties a ledger and lets a contact go only when the journal says so.
  await sql`
    insert into erasure_journal (contact_id, reason, erased_by, batch_id)
    select id, ${erasure.reason}, ${erasure.erasedBy ?? null}::uuid, ${erasure.batchId ?? null}::uuid from unnest(${present}::uuid[]) id`.execute(
    tx,
  );
  await erasure.beforeTheyGo?.(tx, present);
  for (const slice of everySlicesData) await slice.erase(tx, present);
  return present;
}

/**
 * Locks everything that is these people's: who is erased goes with all records that were united, whichever was named. Rules
 * and undone imports speak of one record only: they take a survivor with what it absorbed, but leave whoever an absorbed
 * record belongs to by now, and an undone import leaves people whom others united with theirs.
 */
async function lockPeople(tx: Transaction, contactIds: readonly string[], why: ErasureReason): Promise<readonly string[]> {
  const named = ['request', 'not-me', 'staff'].includes(why) ? contactIds : await leaveUnited(tx, contactIds, why);
  let locked: readonly string[] = [];
  // A merge that was under way while the locks were waited for may have added to them.
  for (let people = await wholePeople(tx, named); people.length > locked.length; people = await wholePeople(tx, locked)) {
    const before = locked.length;
    locked = await lockContacts(tx, people);
    if (locked.length === before) break;
  }
  return locked;
}

async function suppressAddresses(tx: Transaction, contactIds: readonly string[], why: ErasureReason): Promise<void> {
  if (LEAVES_NO_HASH.includes(why)) return;
  const reason = why === 'not-me' ? 'not-me' : 'erased';
  await sql`
    insert into suppression (match_hash, reason)
    select distinct match_hash, ${reason} from contact_point where contact_id = any(${contactIds}::uuid[]) order by match_hash
    on conflict (match_hash, reason) do update set suppressed_at = now()`.execute(tx);
}
