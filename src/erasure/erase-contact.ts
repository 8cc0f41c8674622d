import type { Transaction } from '#platform/database/connect.ts';
import { type ErasureOfMany, eraseContacts } from './erase-contacts.ts';

export interface Erasure extends ErasureOfMany {
  readonly contactId: string;
}

/** Erases one person: {@link eraseContacts} of one. */
export async function eraseContact(tx: Transaction, { contactId, ...erasure }: Erasure): Promise<'erased' | 'unknown-contact'> {
  const erased = await eraseContacts(tx, [contactId], erasure);
  return erased.length > 0 ? 'erased' : 'unknown-contact';
}
