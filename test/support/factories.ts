import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { type Keys, keysFrom } from '#platform/crypto/keys.ts';
import { type Connection, connect, type Database, inTransaction, type Transaction } from '#platform/database/connect.ts';
import { giveConsent, type ProvenConsent } from '#src/consent/give-consent.ts';
import { addContact, type NewContact } from '#src/contacts/add-contact.ts';
import { describeContact } from '#src/contacts/describe-contact.ts';
import type { Actor } from '#src/ledger/entry.ts';
import { type Verification, verifyLedger } from '#src/ledger/verify-ledger.ts';
import { type RecordedNotice, recordNotice } from '#src/notices/record-notice.ts';
import type { Purpose, PurposeDefinition } from '#src/purposes/purpose.ts';
import { createPurpose } from '#src/purposes/revise-purpose.ts';
import { recordProvenance, recordSource } from '#src/sources/record-source.ts';
import type { NewSource } from '#src/sources/source.ts';
import { useDatabase } from './database.ts';

/** Keys that are the same in every run, so that hashes can be compared across connections. */
export const testKeys: Keys = keysFrom(createHash('sha256').update('keys of the tests').digest());

export const staff: Actor = { kind: 'staff', staffId: '01920000-0000-7000-8000-000000000001' };

/** A migrated database of its own for a test file, seen by the application's role and by the role that owns it. */
export interface Store {
  /** As the application. */
  readonly db: Database;
  /** As the application, in plain SQL. */
  app(text: string, values?: unknown[]): Promise<pg.QueryResult>;
  /** As the owner of the schema, who is not bound by the application's grants. */
  owner(text: string, values?: unknown[]): Promise<pg.QueryResult>;
  /** One transaction of the application. */
  write<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** A connection of the application's role, or of the owner, that the test holds for itself. */
  session(role: 'app' | 'owner'): Promise<pg.PoolClient>;
  /** Verifies the whole ledger, as `saglasie verify` does where no checkpoint is kept outside. */
  verify(outsideNote?: string): Promise<Verification>;
  readonly urls: { readonly appUrl: string; readonly ownerUrl: string };
}

export function useStore(): Store {
  const urls = useDatabase();
  let app: Connection | undefined;
  let owner: Connection | undefined;
  beforeAll(() => {
    app = connect(urls.appUrl);
    owner = connect(urls.ownerUrl, { max: 3 });
  });
  afterAll(async () => {
    await app?.close();
    await owner?.close();
  });
  const opened = (connection: Connection | undefined): Connection => {
    if (!connection) throw new Error('The store opens in the first hook: use it in tests or later hooks.');
    return connection;
  };
  return {
    get db() {
      return opened(app).db;
    },
    app: (text, values) => opened(app).pool.query(text, values),
    owner: (text, values) => opened(owner).pool.query(text, values),
    write: (work) => inTransaction(opened(app).db, work),
    session: (role) => opened(role === 'app' ? app : owner).pool.connect(),
    verify: (outsideNote) => verifyLedger({ appUrl: urls.appUrl, keys: testKeys, outsideNote }),
    urls,
  };
}

let counter = 0;
/** A word no other call returns, made of lower-case letters and digits. */
export function unique(prefix: string): string {
  counter += 1;
  return `${prefix}${counter}${randomBytes(4).toString('hex')}`;
}

type PurposeOverrides = Partial<PurposeDefinition & { slug: string; isSystem: boolean }>;

/** A purpose that rests on a contract and writes to people by e-mail and telephone. */
export function aPurpose(tx: Transaction, overrides: PurposeOverrides = {}): Promise<Purpose> {
  return createPurpose(tx, {
    slug: unique('purpose-'),
    name: { bg: 'Договор', en: 'Contract' },
    explanation: { bg: 'Изпълняваме договора.', en: 'We perform the contract.' },
    legalBasis: 'contract',
    dataCategories: ['email', 'given_name', 'family_name', 'company', 'job_title', 'city', 'note', 'phone', 'postal_address'],
    channels: ['email', 'phone', 'none'],
    recipients: [],
    retention: { starts: 'end-of-contract', months: 60 },
    isMarketing: false,
    doubleOptIn: false,
    consentValidMonths: null,
    ...overrides,
  });
}

/** A marketing purpose that needs consent. */
export function aNewsletter(tx: Transaction, overrides: PurposeOverrides = {}): Promise<Purpose> {
  return aPurpose(tx, {
    name: { bg: 'Бюлетин', en: 'Newsletter' },
    legalBasis: 'consent',
    channels: ['email', 'sms'],
    retention: { starts: 'withdrawal', months: 0 },
    isMarketing: true,
    doubleOptIn: true,
    ...overrides,
  });
}

export function aNotice(
  tx: Transaction,
  overrides: Partial<{ slug: string; texts: { bg: string; en: string } }> = {},
): Promise<RecordedNotice> {
  return recordNotice(tx, { slug: unique('notice-'), texts: { bg: 'Ще Ви пишем.', en: 'We will write to you.' }, ...overrides });
}

export function aSource(tx: Transaction, overrides: Partial<NewSource> = {}): Promise<string> {
  return recordSource(tx, { kind: 'event', label: 'Панаир Пловдив 2026', obtainedFrom: 'data-subject', ...overrides });
}

/** Id of a provenance with everything it needs. */
export async function aProvenance(
  tx: Transaction,
  overrides: { legalBasis?: Purpose['legalBasis'] | 'unknown' } = {},
): Promise<string> {
  const purpose = await aPurpose(tx);
  return recordProvenance(tx, {
    sourceId: await aSource(tx),
    purposeId: purpose.id,
    legalBasis: 'contract',
    providedBySubject: true,
    ...overrides,
  });
}

/** A contact with a name and an e-mail address, added by staff under a contract; returns the id. */
export async function aContact(tx: Transaction, overrides: Partial<NewContact> = {}): Promise<string> {
  const purpose = overrides.purpose ?? (await aPurpose(tx)).id;
  return addContact(
    tx,
    testKeys,
    {
      source: { kind: 'event', label: 'Панаир Пловдив 2026', obtainedFrom: 'data-subject' },
      legalBasis: 'contract',
      language: 'bg',
      givenName: 'Мария',
      familyName: 'Георгиева',
      email: `${unique('maria')}@example.bg`,
      ...overrides,
      purpose,
    },
    staff,
  );
}

/** Id of the contact's main address of a kind. */
export async function pointOf(db: Database, contactId: string, kind: 'email' | 'phone' | 'post' = 'email'): Promise<string> {
  const contact = await describeContact(db, contactId);
  const point = contact?.points.find((one) => one.kind === kind && one.isPrimary);
  if (!point) throw new Error(`the contact has no ${kind}`);
  return point.id;
}

/** What a contact's own act on our page says. */
export async function anAct(tx: Transaction, contactId: string, purpose: Purpose) {
  const notice = await aNotice(tx);
  return {
    contactId,
    purpose: { id: purpose.id, version: purpose.version },
    channel: 'email' as const,
    sourceId: await aSource(tx, { kind: 'form', label: 'Формуляр за бюлетин' }),
    noticeHash: notice.hashes.bg,
    language: 'bg' as const,
    actor: { kind: 'contact' as const, contactId },
    method: 'confirmation-page',
    evidence: { shown: 'here' },
  };
}

/** The contact consents, on our page, to the text of a notice. */
export async function aConsent(tx: Transaction, contactId: string, purpose: Purpose, overrides: Partial<ProvenConsent> = {}) {
  return giveConsent(tx, { ...(await anAct(tx, contactId, purpose)), validMonths: null, ...overrides });
}

/** Columns of a delivery to the contact's main e-mail address. */
export async function aDelivery(store: Store, contactId: string, purposeId: string, overrides: Record<string, unknown> = {}) {
  const row: Record<string, unknown> = {
    id: randomUUID(),
    contact_id: contactId,
    contact_point_id: 'contact_point_id' in overrides ? null : await pointOf(store.db, contactId),
    purpose_id: purposeId,
    channel: 'email',
    template: 'a-template',
    language: 'bg',
    ...overrides,
  };
  const names = Object.keys(row);
  return store.app(
    `insert into delivery (${names.join(', ')}) values (${names.map((_, at) => `$${at + 1}`).join(', ')}) returning id, status, allowed_by`,
    Object.values(row),
  );
}
