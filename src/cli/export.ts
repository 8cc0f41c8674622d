import { recordAudit } from '#src/audit/record-audit.ts';
import { findContactByEmail } from '#src/contacts/describe-contact.ts';
import { exportContact, exportFormats } from '#src/contacts/export-contact.ts';
import { languages } from '#src/languages/languages.ts';
import { oneOf, type Run, UsageError } from './command.ts';
import { exportPeople } from './export-people.ts';
import { readContactOption } from './read-contact-option.ts';
import { withServices } from './with-services.ts';

/** Writes everything held about a person, or a copy of many people, to stdout. */
export const exportPerson: Run = async (values, terminal) => {
  if (values.all || values.filter !== undefined || values.id !== undefined) return exportPeople(values, terminal);
  if (values.contact === undefined)
    throw new UsageError('Missing: --contact EMAIL, or of many people --all or --filter, or --id.');
  const format = oneOf(values, 'format', exportFormats, values.json ? 'json' : 'csv');
  const matchKey = readContactOption(values);
  const language = oneOf(values, 'language', languages, 'bg');

  return withServices(terminal, async ({ services: { db } }) => {
    const id = await findContactByEmail(db, matchKey);
    const file = id === undefined ? undefined : await exportContact(db, id, format, language);
    if (id === undefined || !file) {
      terminal.talk('No contact has this address.');
      return 1;
    }
    await recordAudit(db, {
      actor: { kind: 'command' },
      action: 'contact.exported',
      subject: { kind: 'contact', id },
      detail: { format },
    });
    terminal.data(file.body);
    return 0;
  });
};
