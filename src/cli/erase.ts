import { inTransaction } from '#platform/database/connect.ts';
import { recordAudit } from '#src/audit/record-audit.ts';
import { eraseContact } from '#src/erasure/erase-contact.ts';
import { type Command, text } from './command.ts';
import { findContactNamed } from './contact-named.ts';
import { withServices } from './with-services.ts';

export const erase: Command = {
  name: 'erase',
  summary: 'Erase a person (Art. 17): for good, everywhere.',
  usage: '--contact EMAIL --reason TEXT [--json]',
  options: { contact: { type: 'string' }, reason: { type: 'string' }, json: { type: 'boolean' } },
  required: ['contact', 'reason'],
  run: async (values, terminal) => {
    // Asked so that it is thought of; stored it would be one more text about the person.
    text(values, 'reason');

    return withServices(terminal, async ({ services: { db } }) => {
      const id = await findContactNamed(db, values);
      const outcome =
        id === undefined
          ? 'unknown-contact'
          : await inTransaction(db, async (tx) => {
              const erased = await eraseContact(tx, { contactId: id, reason: 'request' });
              await recordAudit(tx, { actor: { kind: 'command' }, action: 'contact.erased', subject: { kind: 'contact', id } });
              return erased;
            });
      if (values.json) terminal.data(`${JSON.stringify({ erased: outcome === 'erased' })}\n`);
      terminal.talk(outcome === 'erased' ? 'The person was erased.' : 'No contact has this address.');
      return outcome === 'erased' ? 0 : 1;
    });
  },
};
