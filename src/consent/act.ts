import type { Transaction } from '#platform/database/connect.ts';
import type { Language } from '#src/languages/languages.ts';
import { appendEntries } from '#src/ledger/append-entries.ts';
import type { Actor, Entry, Evidence, NewEntry } from '#src/ledger/entry.ts';
import { momentAfterAllOf } from '#src/permission/current-state.ts';
import type { Channel } from '#src/purposes/purpose.ts';

/** What every legal act about one purpose and channel says. */
export interface ConsentAct {
  readonly contactId: string;
  readonly purpose: { readonly id: string; readonly version: number };
  readonly channel: Channel;
  readonly sourceId: string;
  readonly noticeHash?: string;
  readonly language?: Language;
  readonly actor: Actor;
  readonly method: string;
  readonly evidence?: Evidence;
}

/**
 * Appends an act that happens now. It is dated after everything the contact's registers say, even if the clock was set back
 * in between: a withdrawal must never be sorted before the consent it ends, nor an objection before one it overrides.
 */
export async function appendNow(tx: Transaction, entry: Omit<NewEntry, 'occurredAt'>): Promise<Entry> {
  const occurredAt = await momentAfterAllOf(tx, entry.contactId);
  const [added] = await appendEntries(tx, [{ ...entry, occurredAt }]);
  if (!added) throw new Error('the ledger took no entry');
  return added;
}
