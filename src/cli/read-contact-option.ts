import { readEmail } from '#src/contacts/addresses.ts';
import { type OptionValues, text, UsageError } from './command.ts';

/** What `--contact` is recognised by: an e-mail address, written in any way people write it. */
export function readContactOption(values: OptionValues): string {
  const email = readEmail(text(values, 'contact'));
  if ('problem' in email) throw new UsageError('--contact needs an e-mail address, such as name@example.com.');

  return email.matchKey;
}
