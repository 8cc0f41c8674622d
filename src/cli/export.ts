import { recordAudit } from '#src/audit/record-audit.ts';
import { exportContact, exportFormats } from '#src/contacts/export-contact.ts';
import { languages } from '#src/languages/languages.ts';
import { type Command, oneOf } from './command.ts';
import { findContactNamed } from './contact-named.ts';
import { withServices } from './with-services.ts';

export const exportCommand: Command = {
  name: 'export',
  summary: 'Write everything held about a person to stdout.',
  usage: '--contact EMAIL --format csv|json|vcf [--language bg|en]',
  options: { contact: { type: 'string' }, format: { type: 'string' }, language: { type: 'string' }, json: { type: 'boolean' } },
  required: ['contact'],
  run: async (values, terminal) => {
    const format = oneOf(values, 'format', exportFormats, values.json ? 'json' : 'csv');
    const language = oneOf(values, 'language', languages, 'bg');

    return withServices(terminal, async ({ services: { db } }) => {
      const id = await findContactNamed(db, values);
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
  },
};
