import { sql } from 'kysely';
import type { Transaction } from '#platform/database/connect.ts';
import { everySlicesData } from '#src/every-slices-data.ts';

export interface Erasure {
  readonly contactId: string;
  /** Why: the person's request (Art. 17), "not me" on a confirmation page, never confirmed, end of retention, or staff. */
  readonly reason: 'request' | 'not-me' | 'unconfirmed' | 'retention' | 'staff';
  readonly erasedBy?: string;
  /** What must be done while the person's data are there for the last time; the journal names them by then. */
  readonly beforeTheyGo?: (tx: Transaction) => Promise<void>;
}

/**
 * Erases a person: every slice's data, the salt of their leaves, and the contact. What stays is a keyed hash of their
 * addresses, so that no import or list brings them back, and a journal entry that a restored backup replays. All in one
 * transaction: nobody is ever half erased.
 */
export async function eraseContact(tx: Transaction, erasure: Erasure): Promise<'erased' | 'unknown-contact'> {
  // Waits for a message being handed over to this person, and keeps new ones out (see deliver-waiting).
  await sql`select pg_advisory_xact_lock(hashtextextended(${`contact ${erasure.contactId}`}, 0))`.execute(tx);
  const contact = await tx.selectFrom('contact').select('id').where('id', '=', erasure.contactId).forUpdate().executeTakeFirst();
  if (!contact) return 'unknown-contact';

  await suppressAddresses(tx, erasure);
  // First: the database empties a ledger and lets a contact go only when the journal says so.
  await tx
    .insertInto('erasure_journal')
    .values({ contact_id: erasure.contactId, reason: erasure.reason, erased_by: erasure.erasedBy ?? null })
    .execute();
  await erasure.beforeTheyGo?.(tx);
  for (const slice of everySlicesData) await slice.erase(tx, erasure.contactId);
  return 'erased';
}

/** Someone who never confirmed said neither yes nor no: nothing is kept of them, not even a hash. */
async function suppressAddresses(tx: Transaction, erasure: Erasure): Promise<void> {
  if (erasure.reason === 'unconfirmed') return;
  const reason = erasure.reason === 'not-me' ? 'not-me' : 'erased';
  await sql`
    insert into suppression (match_hash, reason)
    select match_hash, ${reason} from contact_point where contact_id = ${erasure.contactId}
    on conflict (match_hash, reason) do update set suppressed_at = now()`.execute(tx);
}
