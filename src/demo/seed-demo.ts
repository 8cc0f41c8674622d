import { databaseNow } from '#platform/clock.ts';
import type { Keys } from '#platform/crypto/keys.ts';
import { type Database, inTransaction, type Transaction } from '#platform/database/connect.ts';
import { expireConsents } from '#src/consent/expire-consents.ts';
import { readEmail } from '#src/contacts/addresses.ts';
import { findContactByEmail } from '#src/contacts/describe-contact.ts';
import { countContacts } from '#src/contacts/list-contacts.ts';
import { confirmSubmission } from '#src/forms/confirm-submission.ts';
import { listSubmissionsOf } from '#src/forms/list-submissions-of.ts';
import { type NewSubmission, recordSubmissions } from '#src/forms/record-submissions.ts';
import type { Services } from '#src/services.ts';
import { type DemoFirm, foundDemoFirm } from './demo-firm.ts';
import { type DemoPerson, demoPeople } from './demo-people.ts';
import { stories } from './demo-stories.ts';
import { listDemoContacts } from './list-demo-contacts.ts';

/** People who fill in the form today: the first have confirmed, the others have not yet. */
const CONFIRMED_TODAY = 4;
const WAITING_TODAY = 5;

export type Seeding =
  | { readonly outcome: 'seeded'; readonly contacts: number }
  | { readonly outcome: 'seeded-before' | 'not-empty' | 'no-form' };

/**
 * Fills the workspace with a fictional firm's people, in every state there is, through the same verbs as everything else:
 * all of it or nothing. Messages to them are held, never sent. A workspace with anyone else in it is refused unless forced.
 */
export async function seedDemo(services: Services, options: { force?: boolean } = {}): Promise<Seeding> {
  const { db } = services;
  if ((await listDemoContacts(db)).length > 0) return { outcome: 'seeded-before' };
  if (!options.force && (await hasContacts(db))) return { outcome: 'not-empty' };

  const past = stories.flatMap(([times, story]) => Array.from({ length: times }, () => story));
  const people = demoPeople(past.length + CONFIRMED_TODAY + WAITING_TODAY);
  const firm = await foundDemoFirm(db);
  if (!firm) return { outcome: 'no-form' };
  await inTransaction(db, async (tx) => {
    const now = await databaseNow(tx);
    for (const [at, story] of past.entries())
      await story({ tx, firm, now, keys: services.keys, at: at % 25, person: people[at] as DemoPerson });
    await fillInForm(tx, services, firm, people.slice(past.length));
  });
  await expireConsents(db);
  return { outcome: 'seeded', contacts: people.length };
}

async function hasContacts(db: Database): Promise<boolean> {
  return (await countContacts(db, {}, 1)).value > 0;
}

async function fillInForm(tx: Transaction, services: Services, firm: DemoFirm, people: readonly DemoPerson[]): Promise<void> {
  await recordSubmissions(
    tx,
    people.map((person) => submissionOf(services.keys, firm, person)),
    { mail: 'held' },
  );
  // Nobody of the demo gets mail, whatever mail server is set.
  const held: Services = { ...services, config: { ...services.config, smtpUrl: undefined } };
  for (const person of people.slice(0, CONFIRMED_TODAY)) {
    const contactId = await findContactByEmail(tx, person.email);
    const [submission] = contactId ? await listSubmissionsOf(tx, contactId) : [];
    if (submission) await confirmSubmission(tx, held, { submissionId: submission.id, language: person.language, evidence: {} });
  }
}

function submissionOf(keys: Keys, { form }: DemoFirm, person: DemoPerson): NewSubmission {
  const email = readEmail(person.email);
  if ('problem' in email) throw new Error('an address of the demo is not one');
  return {
    form,
    email,
    language: person.language,
    matchHash: keys.matchHash('email', email.matchKey),
    answers: { given_name: person.givenName },
    boxes: form.version.shown[person.language].boxes.map((box) => ({ box, ticked: true })),
    evidence: { shown: 'here' },
  };
}
