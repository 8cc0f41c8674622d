import type { Keys } from '#platform/crypto/keys.ts';
import type { Transaction } from '#platform/database/connect.ts';
import { monthsFromNow } from '#src/consent/give-consent.ts';
import { addContact, type NewContact } from '#src/contacts/add-contact.ts';
import { addUnconfirmedContacts, newContactIds } from '#src/contacts/add-unconfirmed-contacts.ts';
import { readEmail } from '#src/contacts/addresses.ts';
import { confirmContact } from '#src/contacts/confirm-contact.ts';
import { editContact } from '#src/contacts/edit-contact.ts';
import { appendEntries, createSalts } from '#src/ledger/append-entries.ts';
import type { EntryKind, NewEntry } from '#src/ledger/entry.ts';
import type { Channel, Purpose } from '#src/purposes/purpose.ts';
import type { DemoFirm } from './demo-firm.ts';
import type { DemoPerson } from './demo-people.ts';

/** Everything a story needs to happen. */
export interface Telling {
  readonly tx: Transaction;
  readonly keys: Keys;
  readonly firm: DemoFirm;
  readonly person: DemoPerson;
  /** Makes the dates of two people with the same story differ. */
  readonly at: number;
  /** By the database's clock. */
  readonly now: Date;
}

export type Story = (telling: Telling) => Promise<unknown>;

/** The stories of people who came in the past, and how many lived each. */
export const stories: readonly (readonly [number, Story])[] = [
  [22, (t) => subscriber(t, [])],
  [8, (t) => subscriber(t, [agreedAgain(t, t.firm.newsletter, 40 + t.at)])],
  [10, (t) => subscriber(t, [withdrew(t, t.firm.newsletter, 'email', 3 + t.at, 'one-click')])],
  [
    3,
    (t) =>
      subscriber(t, [
        withdrew(t, t.firm.newsletter, 'email', 90, 'preference-centre'),
        agreedAgain(t, t.firm.newsletter, 5 + t.at),
      ]),
  ],
  [8, (t) => subscriber(t, [said(t, 'consent-refused', t.firm.events, 'email', 60 + t.at, 'preference-centre')])],
  [6, (t) => guest(t, 60 + 4 * t.at)],
  // Given for 24 months, longer ago than that.
  [5, (t) => guest(t, 760 + 3 * t.at)],
  [3, (t) => guest(t, 200, [withdrew(t, t.firm.events, 'sms', 12 + t.at, 'preference-centre')])],
  [12, (t) => customer(t, [])],
  [12, (t) => customer(t, [softOptIn(t)])],
  [5, (t) => customer(t, [softOptIn(t), said(t, 'objected', t.firm.offers, 'email', 8 + t.at, 'one-click')])],
  [2, (t) => customer(t, [softOptIn(t), { ...said(t, 'objected', undefined, undefined, 20 + t.at, 'preference-centre') }])],
  [3, (t) => customer(t, contractEnded(t))],
  [3, (t) => customer(t, [{ ...said(t, 'restricted', undefined, undefined, 4 + t.at, 'email'), evidence: { ground: 'a' } }])],
  [1, restrictedForAWhile],
  [2, correctedName],
  [8, nobodyKnowsWhy],
];

/** Subscribed with the form, and confirmed some minutes later. */
async function subscriber(telling: Telling, later: readonly Fact[]): Promise<void> {
  const { firm, at } = telling;
  const asked = 180 + ((at * 17) % 400);
  const form = { sourceId: firm.form.sourceId, noticeHash: firm.form.version.noticeHashes[telling.person.language] };
  await addKnown(telling, firm.form.provenanceIds.get(firm.newsletter.id) ?? '', daysAgo(telling, asked), [
    {
      ...said(telling, 'basis-asserted', firm.confirmation, 'email', asked, 'form'),
      legalBasis: 'legal-obligation',
      permissionGround: 'not-needed',
      until: daysAgo(telling, asked - 7),
      actor: { kind: 'system' },
    },
    { ...said(telling, 'consent-requested', firm.newsletter, 'email', asked, 'form'), ...form },
    { ...agreed(telling, firm.newsletter, 'email', asked - 0.01, 'confirmation-page'), ...form },
    ...later,
  ]);
}

/** Signed the guest book of the tea evening. */
async function guest(telling: Telling, days: number, later: readonly Fact[] = []): Promise<void> {
  const { firm, person } = telling;
  const book = { sourceId: firm.evening.sourceId, noticeHash: firm.evening.noticeHashes[person.language] };
  await addKnown(telling, firm.evening.provenanceId, daysAgo(telling, days), [
    { ...agreed(telling, firm.events, 'email', days, 'guest-book'), ...book },
    { ...agreed(telling, firm.events, 'sms', days, 'guest-book'), ...book },
    ...later,
  ]);
}

/** Bought something: the contract is the basis, and nobody had to consent to it. */
async function customer(telling: Telling, later: readonly Fact[]): Promise<string> {
  const contactId = await addContact(telling.tx, telling.keys, customerOf(telling), { kind: 'system' });
  await append(telling, contactId, later);
  return contactId;
}

async function restrictedForAWhile(telling: Telling): Promise<void> {
  await customer(telling, [
    { ...said(telling, 'restricted', undefined, undefined, 50, 'email'), evidence: { ground: 'a' } },
    {
      ...said(telling, 'restriction-lifted', undefined, undefined, 30, 'email'),
      evidence: { toldAt: daysAgo(telling, 31).toISOString() },
    },
  ]);
}

/** Married, and wants to be called by the new name (Art. 16). */
async function correctedName(telling: Telling): Promise<void> {
  const contactId = await customer(telling, []);
  const { source, purpose, legalBasis } = customerOf(telling);
  await editContact(
    telling.tx,
    telling.keys,
    contactId,
    { source, purpose, legalBasis, changes: { familyName: `${telling.person.familyName}-Розова` }, reason: 'сключен брак' },
    { kind: 'system' },
  );
}

/** In a list from years ago: nobody can say where it came from, so nothing may be done with it. */
async function nobodyKnowsWhy(telling: Telling): Promise<void> {
  await addContact(
    telling.tx,
    telling.keys,
    {
      ...customerOf(telling),
      source: { kind: 'import', label: 'Стар списък „Клиенти 2016.xlsx“', obtainedFrom: 'other' },
      legalBasis: 'unknown',
    },
    { kind: 'import' },
  );
}

function customerOf({ person, firm, at, now }: Telling): NewContact {
  const { email, phone, givenName, familyName, company, jobTitle, city, country, language } = person;
  return {
    ...{ email, phone, givenName, familyName, company, jobTitle, city, country, language },
    since: new Date(now.getTime() - (120 + ((at * 13) % 500)) * DAY),
    source: { kind: 'page', label: 'Поръчка от електронния магазин', obtainedFrom: 'data-subject' },
    purpose: firm.customers.id,
    legalBasis: 'contract',
  };
}

async function addKnown(telling: Telling, provenanceId: string, confirmedAt: Date, facts: readonly Fact[]): Promise<void> {
  const { tx, keys, person } = telling;
  const email = readEmail(person.email);
  if ('problem' in email) throw new Error('an address of the demo is not one');
  const added = newContactIds();
  await addUnconfirmedContacts(tx, [
    {
      ...added,
      email,
      matchHash: keys.matchHash('email', email.matchKey),
      language: person.language,
      provenanceIds: [provenanceId],
    },
  ]);
  await createSalts(tx, [added.contactId]);
  await append(telling, added.contactId, facts);
  await confirmContact(tx, keys, {
    contactId: added.contactId,
    answers: {
      given_name: person.givenName,
      family_name: person.familyName,
      company: person.company,
      city: person.city,
      phone: person.phone,
    },
    provenanceIds: [provenanceId],
    at: confirmedAt,
  });
}

/** A legal fact of the past, of a contact yet to be made. */
type Fact = Omit<NewEntry, 'contactId' | 'actor'> & { readonly actor?: { readonly kind: 'system' } };

async function append({ tx }: Telling, contactId: string, facts: readonly Fact[]): Promise<void> {
  await appendEntries(
    tx,
    facts.map((fact) => ({ ...fact, contactId, actor: fact.actor ?? { kind: 'contact', contactId } })),
  );
}

function said(
  telling: Telling,
  kind: EntryKind,
  purpose: Purpose | undefined,
  channel: Channel | undefined,
  days: number,
  method: string,
): Fact {
  return {
    kind,
    ...(purpose ? { purpose: { id: purpose.id, version: purpose.version } } : {}),
    ...(channel ? { channel } : {}),
    occurredAt: daysAgo(telling, days),
    sourceId: telling.firm.form.sourceId,
    language: telling.person.language,
    method,
  };
}

function agreed(telling: Telling, purpose: Purpose, channel: Channel, days: number, method: string): Fact {
  const fact = said(telling, 'consent-given', purpose, channel, days, method);
  const { consentValidMonths } = purpose;
  return {
    ...fact,
    legalBasis: 'consent',
    permissionGround: 'consent',
    ...(consentValidMonths === null ? {} : { until: monthsFromNow(consentValidMonths, fact.occurredAt) }),
  };
}

function agreedAgain(telling: Telling, purpose: Purpose, days: number): Fact {
  const noticeHash = telling.firm.form.version.noticeHashes[telling.person.language];
  return { ...agreed(telling, purpose, 'email', days, 'preference-centre'), kind: 'consent-renewed', noticeHash };
}

function withdrew(telling: Telling, purpose: Purpose, channel: Channel, days: number, method: string): Fact {
  return said(telling, 'consent-withdrawn', purpose, channel, days, method);
}

/** Told at the purchase that similar products may be offered, and could say no (Directive 2002/58/EC Art. 13(2)). */
function softOptIn(telling: Telling): Fact {
  return {
    ...said(telling, 'basis-asserted', telling.firm.offers, 'email', 100 + telling.at, 'order'),
    legalBasis: 'legitimate-interests',
    permissionGround: 'soft-opt-in',
    actor: { kind: 'system' },
  };
}

function contractEnded(telling: Telling): Fact[] {
  const { customers } = telling.firm;
  return customers.channels.map((channel) => ({
    ...said(telling, 'basis-ended', customers, channel, 15, 'order'),
    actor: { kind: 'system' },
  }));
}

const DAY = 86_400_000;

function daysAgo({ now, at }: Telling, days: number): Date {
  // Some time of the day, not everyone at the same minute.
  return new Date(now.getTime() - days * DAY - ((at * 53) % 600) * 60_000 - 60_000);
}
