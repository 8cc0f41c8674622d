import { inTransaction } from '#platform/database/connect.ts';
import { recordAudit } from '#src/audit/record-audit.ts';
import { findContactByEmail } from '#src/contacts/describe-contact.ts';
import { languages } from '#src/languages/languages.ts';
import { sequenceNow } from '#src/ledger/sequence-now.ts';
import { findController } from '#src/register/controller.ts';
import { keepingGrounds } from '#src/sealed-evidence/capsule.ts';
import { eraseKeepingEvidence } from '#src/sealed-evidence/erase-keeping-evidence.ts';
import { type KeepingWish, keepingWish } from '#src/sealed-evidence/policy.ts';
import { tellOfErasure } from '#src/sealed-evidence/tell-of-erasure.ts';
import { type OptionValues, oneOf, type Run, text, UsageError } from './command.ts';
import { readContactOption } from './read-contact-option.ts';
import { withServices } from './with-services.ts';

/** Erases a person (Art. 17). */
export const erase: Run = async (values, terminal) => {
  // Asked so that it is thought of; stored it would be one more text about the person.
  text(values, 'reason');
  const matchKey = readContactOption(values);
  const wish = readWish(values);
  const language = oneOf(values, 'language', languages, 'bg');

  return withServices(terminal, async ({ services }) => {
    const { db, keys } = services;
    const id = await findContactByEmail(db, matchKey);
    const done =
      id === undefined
        ? undefined
        : await inTransaction(db, async (tx) => {
            const erased = await eraseKeepingEvidence(tx, keys, { contactId: id, reason: 'request' }, wish);
            if (erased.outcome !== 'erased') return erased;
            await recordAudit(tx, {
              actor: { kind: 'command' },
              action: 'contact.erased',
              subject: { kind: 'contact', id },
              ...(erased.kept ? { detail: { evidenceKept: erased.kept.ground } } : {}),
            });
            return erased;
          });
    await sequenceNow(services);
    const isErased = done?.outcome === 'erased';
    const answer = isErased ? tellOfErasure(done.kept, await findController(db), language) : undefined;
    if (values.json)
      terminal.data(`${JSON.stringify({ erased: isErased, evidence: done?.kept ?? null, answer: answer ?? null })}\n`);
    terminal.talk(
      answer === undefined
        ? refusals[done?.outcome === 'on-hold' ? 'on-hold' : 'unknown-contact']
        : `The person was erased. Tell them:\n\n${answer}`,
    );
    return isErased ? 0 : 1;
  });
};

const refusals = {
  'unknown-contact': 'No contact has this address.',
  'on-hold':
    'This person is on hold: their data are needed for a claim or an inspection. Nothing was erased; lift the hold first.',
} as const;

function readWish(values: OptionValues): KeepingWish {
  if (values['keep-nothing']) return 'nothing';
  if (values['keep-evidence'] === undefined) return undefined;
  const wish = keepingWish.safeParse({
    necessity: values['keep-evidence'],
    ground: oneOf(values, 'keep-ground', keepingGrounds, 'legal-claims'),
    ...(values['keep-months'] === undefined ? {} : { months: Number(values['keep-months']) }),
  });
  if (!wish.success)
    throw new UsageError('--keep-evidence needs the documented reason (20 to 2000 characters), --keep-months 1 to 60.');
  return wish.data;
}
