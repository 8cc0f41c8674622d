import type { Transaction } from '#platform/database/connect.ts';
import { wholePeople } from '#src/merging/find-living.ts';
import { findHeld } from '#src/retention/find-held.ts';
import { type ErasureOfMany, eraseContacts } from './erase-contacts.ts';

export interface Erasure extends ErasureOfMany {
  readonly contactId: string;
}

export type ErasureOutcome = 'erased' | 'unknown-contact' | 'on-hold';

/** Erases one person: {@link eraseContacts} of one. */
export async function eraseContact(tx: Transaction, { contactId, ...erasure }: Erasure): Promise<ErasureOutcome> {
  const erased = await eraseContacts(tx, [contactId], erasure);
  return erased.length > 0 ? 'erased' : whyNot(tx, contactId);
}

/** Why somebody who was to be erased was not. */
export async function whyNot(tx: Transaction, contactId: string): Promise<Exclude<ErasureOutcome, 'erased'>> {
  return (await findHeld(tx, await wholePeople(tx, [contactId]))).size > 0 ? 'on-hold' : 'unknown-contact';
}
