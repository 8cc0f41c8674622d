import { sql } from 'kysely';
import { databaseNow } from '#platform/clock.ts';
import { uuidv7 } from '#platform/crypto/uuid.ts';
import type { Transaction } from '#platform/database/connect.ts';
import { addUnconfirmedContacts, newContactIds } from '#src/contacts/add-unconfirmed-contacts.ts';
import { findContactsByEmail } from '#src/contacts/find-contacts-by-email.ts';
import { queueDeliveries } from '#src/delivery/queue-deliveries.ts';
import { findUnusableAddresses } from '#src/erasure/find-unusable-addresses.ts';
import type { Language } from '#src/languages/languages.ts';
import { appendEntries, findSaltsByEmail, keepSalts, newSalts } from '#src/ledger/append-entries.ts';
import type { NewEntry } from '#src/ledger/entry.ts';
import type { Channel } from '#src/purposes/purpose.ts';
import { askGuardians } from './ask-guardians.ts';
import { DAYS_TO_CONFIRM, type FieldKey, type ShownBox } from './form.ts';
import type { PublishedForm } from './published-form.ts';
import type { Email } from './read-submission.ts';

/** One sending of a form that was read and may be recorded. */
export interface NewSubmission {
  readonly form: PublishedForm;
  readonly language: Language;
  readonly email: Email;
  readonly matchHash: Buffer;
  readonly answers: Readonly<Record<FieldKey, string>>;
  /** Whom to ask in the place of somebody too young to consent. */
  readonly parent?: { readonly email: Email; readonly matchHash: Buffer };
  /** Every box that was shown, and what was done with it. */
  readonly boxes: readonly { box: ShownBox; ticked: boolean }[];
  readonly evidence: Readonly<Record<string, string>>;
}

/**
 * What became of a submission. People are answered alike whichever it is, except `form-changed`: nothing was stored and
 * they are shown the form again.
 */
export type Recorded = 'recorded' | 'sent-twice' | 'not-mailable' | 'form-changed';

/** A second sending within this time with the first still waiting is a double click. */
const DOUBLE_CLICK = '1 minute';

/**
 * Records submissions, any number with one statement per table: an unknown address becomes an unconfirmed contact, the
 * answers wait in the submission, the ledger learns what was asked for, and one message is queued. A known contact is not
 * touched: a stranger's typing neither changes their record nor un-confirms them.
 *
 * Every address occurs at most once. Answers in the order given.
 */
export async function recordSubmissions(
  tx: Transaction,
  submissions: readonly NewSubmission[],
  options: { mail: 'queued' | 'held' },
): Promise<Recorded[]> {
  const matchKeys = submissions.map((one) => one.email.matchKey);
  const [now, current, known, unusable, repeated, knownSalts] = await Promise.all([
    databaseNow(tx),
    answerableVersions(tx, submissions),
    findContactsByEmail(tx, matchKeys),
    findUnusableAddresses(
      tx,
      submissions.map((one) => one.matchHash),
    ),
    sentAMomentAgo(tx, matchKeys),
    findSaltsByEmail(tx, matchKeys),
  ]);

  const outcomes = submissions.map((one): Recorded => {
    if (!current.has(one.form.version.id)) return 'form-changed';
    if (unusable.has(one.matchHash.toString('hex'))) return 'not-mailable';
    const contact = known.get(one.email.matchKey);
    return contact && !one.parent && repeated.has(`${contact.contactId} ${one.form.version.id} ${boxesKey(one)}`)
      ? 'sent-twice'
      : 'recorded';
  });
  const accepted = submissions.filter((_, at) => outcomes[at] === 'recorded');
  if (accepted.length === 0) return outcomes;

  const strangers = accepted.filter((one) => !known.has(one.email.matchKey));
  const newcomers = strangers.map((one) => ({ ...one, ...newContactIds(), provenanceIds: provenancesOf(one) }));
  const salts = newSalts(newcomers.map((one) => one.contactId));
  const people = new Map([...known].map(([key, one]) => [key, { contactId: one.contactId, pointId: one.pointId, isNew: false }]));
  for (const { email, contactId, pointId } of newcomers) people.set(email.matchKey, { contactId, pointId, isNew: true });

  const filed = accepted.flatMap((one) => {
    const person = people.get(one.email.matchKey);
    return person
      ? [{ ...one, ...person, id: uuidv7(), at: now, expiresAt: new Date(now.getTime() + DAYS_TO_CONFIRM * 86_400_000) }]
      : [];
  });
  // Started in the order in which each needs the rows of those before it, and sent together.
  await Promise.all([
    addUnconfirmedContacts(tx, newcomers),
    keepSalts(tx, salts),
    insertSubmissions(tx, filed),
    appendEntries(tx, filed.flatMap(entriesOf), new Map([...salts, ...knownSalts])),
    queueDeliveries(
      tx,
      // A child's own address is written to only after the parent said yes.
      filed
        .filter((one) => !one.parent)
        .map((one) => ({
          contactId: one.contactId,
          contactPointId: one.pointId,
          purposeId: one.form.confirmation.id,
          channel: 'email',
          template: 'confirm-consent',
          parameters: { submission: one.id },
          language: one.language,
          // The gate says yes to a newcomer whose basis was just recorded; for anybody known it has to be asked.
          surelyAllowed: one.isNew,
        })),
      options.mail,
    ),
  ]);
  const children = filed.filter((one) => one.parent);
  if (children.length > 0) await askGuardians(tx, children, options.mail);
  return outcomes;
}

/** A submission with whom it is about and when it ends. */
export type Filed = NewSubmission & { id: string; contactId: string; pointId: string; isNew: boolean; at: Date; expiresAt: Date };

/** Of these versions, the ones whose words may still be answered: published now, or replaced less than a day ago. */
async function answerableVersions(tx: Transaction, submissions: readonly NewSubmission[]): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ id: string }>`
    select id from unnest(${[...new Set(submissions.map((one) => one.form.version.id))]}::uuid[]) as shown(id)
     where form_version_takes_answers(id)`.execute(tx);
  return new Set(rows.map((row) => row.id));
}

async function sentAMomentAgo(tx: Transaction, matchKeys: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ contact_id: string; form_version_id: string; boxes: StoredBox[] }>`
    select s.contact_id, s.form_version_id, s.boxes
      from contact_point p join submission s on s.contact_id = p.contact_id
     where p.kind = 'email' and p.match_key = any(${matchKeys}::text[])
       and s.status = 'pending' and s.created_at > now() - ${DOUBLE_CLICK}::interval`.execute(tx);
  return new Set(
    rows.map((row) => {
      return `${row.contact_id} ${row.form_version_id} ${keyOf(row.boxes.filter((box) => box.ticked))}`;
    }),
  );
}

/** A box as kept in `submission.boxes`. */
export interface StoredBox {
  readonly purpose: string;
  readonly channel: Channel;
  readonly ticked: boolean;
}

function storedBoxes(submission: NewSubmission): StoredBox[] {
  return submission.boxes.map(({ box, ticked }) => ({ purpose: box.purposeId, channel: box.channel as Channel, ticked }));
}

function boxesKey(submission: NewSubmission): string {
  return keyOf(storedBoxes(submission).filter((box) => box.ticked));
}

function keyOf(boxes: readonly StoredBox[]): string {
  return boxes.map((box) => `${box.purpose}:${box.channel}`).join(',');
}

function provenancesOf(submission: NewSubmission): [string, ...string[]] {
  const magnet = submission.form.version.definition.magnet?.purpose;
  const purposes = submission.boxes.filter(({ ticked }) => ticked).map(({ box }) => box.purposeId);
  const ids = [...purposes, ...(magnet ? [magnet] : [])]
    .map((purpose) => submission.form.provenanceIds.get(purpose))
    .filter((id) => id !== undefined);
  const [first, ...rest] = new Set(ids);
  if (!first) throw new Error('a submission that asks for nothing holds nothing');
  return [first, ...rest];
}

async function insertSubmissions(tx: Transaction, filed: readonly Filed[]): Promise<void> {
  await sql`insert into submission (id, form_version_id, contact_id, language, status, answers, boxes, evidence, created_at, expires_at, under_age)
    select id, version, contact, language, 'pending', answers, boxes, evidence, created, expires, child from unnest(
      ${filed.map((one) => one.id)}::uuid[], ${filed.map((one) => one.form.version.id)}::uuid[],
      ${filed.map((one) => one.contactId)}::uuid[], ${filed.map((one) => one.language)}::text[],
      ${filed.map((one) => JSON.stringify(one.answers))}::jsonb[], ${filed.map((one) => JSON.stringify(storedBoxes(one)))}::jsonb[],
      ${filed.map((one) => JSON.stringify(one.evidence))}::jsonb[], ${filed.map((one) => one.at.toISOString())}::timestamptz[],
      ${filed.map((one) => one.expiresAt.toISOString())}::timestamptz[], ${filed.map((one) => one.parent !== undefined)}::boolean[])
      as new(id, version, contact, language, answers, boxes, evidence, created, expires, child)`.execute(tx);
}

/** That a confirmation may be sent, for as long as it can be answered; and what was asked for, in which words. */
function entriesOf(one: Filed): NewEntry[] {
  const common = {
    contactId: one.contactId,
    channel: 'email' as Channel,
    occurredAt: one.at,
    sourceId: one.form.sourceId,
    language: one.language,
    method: 'form',
  };
  return [
    {
      ...common,
      kind: 'basis-asserted',
      purpose: { id: one.form.confirmation.id, version: one.form.confirmation.version },
      legalBasis: 'legal-obligation',
      permissionGround: 'not-needed',
      until: one.expiresAt,
      actor: { kind: 'system' },
      evidence: { submission: one.id },
    },
    ...one.boxes
      .filter(({ ticked }) => ticked)
      .map(
        ({ box }): NewEntry => ({
          ...common,
          kind: 'consent-requested',
          purpose: { id: box.purposeId, version: box.purposeVersion },
          channel: box.channel as Channel,
          noticeHash: one.form.version.noticeHashes[one.language],
          // Whoever typed it is not known yet to be the contact; what they did here is only asking. Where they did it stays in
          // the submission, from which it can be deleted: it may speak of a stranger.
          actor: { kind: 'contact', contactId: one.contactId },
          evidence: { submission: one.id },
        }),
      ),
  ];
}
