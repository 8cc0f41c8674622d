import { readFile } from 'node:fs/promises';
import { inTransaction } from '#platform/database/connect.ts';
import { recordAudit } from '#src/audit/record-audit.ts';
import { findContactByEmail } from '#src/contacts/describe-contact.ts';
import { awaitHandOvers } from '#src/delivery/await-hand-overs.ts';
import { sequenceNow } from '#src/ledger/sequence-now.ts';
import { exportConsentHistory } from '#src/receipts/export-consent-history.ts';
import { importConsentHistory } from '#src/receipts/import-consent-history.ts';
import { type Run, UsageError } from './command.ts';
import { readContactOption } from './read-contact-option.ts';
import { withServices } from './with-services.ts';

/** Writes a person's consent history to stdout. */
export const exportHistory: Run = async (values, terminal) => {
  const matchKey = readContactOption(values);
  return withServices(terminal, async ({ services }) => {
    const { db } = services;
    const id = await findContactByEmail(db, matchKey);
    if (id === undefined) {
      terminal.talk('No contact has this address.');
      return 1;
    }
    await sequenceNow(services);
    const history = await exportConsentHistory(services, db, id);
    await recordAudit(db, {
      actor: { kind: 'command' },
      action: 'contact.exported',
      subject: { kind: 'contact', id },
      detail: { format: 'consent-history' },
    });
    terminal.data(`${JSON.stringify(history)}\n`);
    return 0;
  });
};

/** Imports what another log proves of a person. */
export const importHistory: Run = async (values, terminal) => {
  const matchKey = readContactOption(values);
  const document = await readPackage(values['file']);
  const vkey = typeof values['vkey'] === 'string' ? values['vkey'] : undefined;
  return withServices(terminal, async ({ services }) => {
    const { db } = services;
    const id = await findContactByEmail(db, matchKey);
    if (id === undefined) {
      terminal.talk('No contact has this address.');
      return 1;
    }
    const done = await inTransaction(db, async (tx) => {
      const answer = await importConsentHistory(tx, services, { contactId: id, document, vkey });
      await recordAudit(tx, {
        actor: { kind: 'command' },
        action: 'contact.history-imported',
        subject: { kind: 'contact', id },
        detail: { package: answer.packageId, imported: answer.imported },
      });
      return answer;
    });
    await awaitHandOvers(db, id);
    await sequenceNow(services);
    if (values['json']) terminal.data(`${JSON.stringify(done)}\n`);
    terminal.talk(
      [
        `From the log ${done.log} of ${done.controller}: ${done.imported} entries imported, ${done.already} were here already.`,
        ...done.kept.map(({ entry, kind, because }) => `  kept as evidence only: ${kind} ${entry} (${because})`),
      ].join('\n'),
    );
    return 0;
  });
};

async function readPackage(path: unknown): Promise<unknown> {
  if (typeof path !== 'string') throw new UsageError('Name the file to import.');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    throw new UsageError('There is no file of this name that can be read.');
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError('This file is no consent history: it is no JSON.');
  }
}
