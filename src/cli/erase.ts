import { inTransaction } from '#platform/database/connect.ts';
import { recordAudit } from '#src/audit/record-audit.ts';
import { findContactByEmail } from '#src/contacts/describe-contact.ts';
import { eraseContact } from '#src/erasure/erase-contact.ts';
import { sequenceNow } from '#src/ledger/sequence-now.ts';
import { type Run, text } from './command.ts';
import { readContactOption } from './read-contact-option.ts';
import { withServices } from './with-services.ts';

/** Erases a person (Art. 17). */
export const erase: Run = async (values, terminal) => {
  // Asked so that it is thought of; stored it would be one more text about the person.
  text(values, 'reason');
  const matchKey = readContactOption(values);

  return withServices(terminal, async ({ services }) => {
    const { db } = services;
    const id = await findContactByEmail(db, matchKey);
    const outcome =
      id === undefined
        ? 'unknown-contact'
        : await inTransaction(db, async (tx) => {
            const erased = await eraseContact(tx, { contactId: id, reason: 'request' });
            await recordAudit(tx, { actor: { kind: 'command' }, action: 'contact.erased', subject: { kind: 'contact', id } });
            return erased;
          });
    await sequenceNow(services);
    if (values.json) terminal.data(`${JSON.stringify({ erased: outcome === 'erased' })}\n`);
    terminal.talk(outcome === 'erased' ? 'The person was erased.' : 'No contact has this address.');
    return outcome === 'erased' ? 0 : 1;
  });
};
