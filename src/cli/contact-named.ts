import type { Database } from '#platform/database/connect.ts';
import { readEmail } from '#src/contacts/addresses.ts';
import { findContactByEmail } from '#src/contacts/describe-contact.ts';
import { type OptionValues, text, UsageError } from './command.ts';

/** The contact `--contact` names by their e-mail address, written in any way people write it. */
export async function findContactNamed(db: Database, values: OptionValues): Promise<string | undefined> {
  const email = readEmail(text(values, 'contact'));
  if ('problem' in email) throw new UsageError('--contact needs an e-mail address, such as name@example.com.');

  return findContactByEmail(db, email.matchKey);
}
