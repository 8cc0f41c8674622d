import { createHash } from 'node:crypto';
import { AppError, notFound } from '#platform/app-error.ts';
import { databaseNow } from '#platform/clock.ts';
import type { Transaction } from '#platform/database/connect.ts';
import { ageOfConsent } from '#src/consent/age-of-consent.ts';
import { gradeEvidence } from '#src/consent/grade-evidence.ts';
import { readEmail } from '#src/contacts/addresses.ts';
import { findContactsByEmail } from '#src/contacts/find-contacts-by-email.ts';
import { lockContact } from '#src/contacts/lock-contact.ts';
import { appendEntries } from '#src/ledger/append-entries.ts';
import type { Actor, EntryKind, NewEntry } from '#src/ledger/entry.ts';
import { listEntriesOf } from '#src/ledger/find-entry.ts';
import { recordForeignText } from '#src/notices/record-foreign-text.ts';
import { EVERY_CHANNEL, EVERY_PURPOSE, listStates } from '#src/permission/current-state.ts';
import { findVersionAt, listPurposes } from '#src/purposes/find-purpose.ts';
import type { Purpose } from '#src/purposes/purpose.ts';
import { type Controller, findController } from '#src/register/controller.ts';
import type { Services } from '#src/services.ts';
import { recordImportSource } from '#src/sources/record-import-source.ts';
import { ownerOf } from './check-file.ts';
import type { ConsentHistory, HistoryEntry } from './consent-history.ts';
import { verifyConsentHistory } from './verify-consent-history.ts';

export interface HistoryToImport {
  readonly contactId: string;
  readonly document: unknown;
  /** The key it must be signed with, as the other controller publishes it; left out: whichever signed it, and it proves little. */
  readonly vkey?: string | undefined;
  /** Slug there → slug here, where they differ. */
  readonly purposes?: Readonly<Record<string, string>> | undefined;
}

/** Why an entry was kept as evidence without becoming one of ours. */
export type KeptBecause =
  /** No purpose of that name, channel or basis is in use here. */
  | 'no-purpose'
  /** A consent given to another company that its text does not name us in is not consent to us (Art. 4(11)). */
  | 'other-controller'
  /** The person said no here; only they can take that back, and here. */
  | 'no-stands'
  /** The purpose is offered to children too, and nothing shows that the person was old enough or a parent agreed (Art. 8). */
  | 'age-unknown'
  /** It is about the other company's own dealings. */
  | 'not-transferable';

export interface ImportedHistory {
  readonly packageId: string;
  readonly log: string;
  readonly controller: string;
  readonly imported: number;
  readonly already: number;
  readonly kept: readonly { readonly entry: string; readonly kind: EntryKind; readonly because: KeptBecause }[];
}

const TRANSFERABLE: ReadonlySet<EntryKind> = new Set([
  'consent-given',
  'consent-renewed',
  'consent-refused',
  'consent-withdrawn',
  'consent-expired',
  'objected',
  'objection-lifted',
]);
const OPENS: ReadonlySet<EntryKind> = new Set(['consent-given', 'consent-renewed', 'objection-lifted']);

/**
 * Records what another log proves of this person, dated as it happened. The fold sorts it by time among ours; and because a
 * consent given elsewhere after a no said here would outlive it, entries that open something are only taken where no such no
 * stands. The package itself is kept as the evidence.
 *
 * @throws AppError 404; 422 `package-broken`, `package-key-unknown`, `package-from-the-future`; 409 `package-is-own`,
 *   `package-of-another-person`
 */
export async function importConsentHistory(
  tx: Transaction,
  services: Pick<Services, 'keys'>,
  asked: HistoryToImport,
): Promise<ImportedHistory> {
  const { contactId } = asked;
  const { verdict, history, entries } = await verifyConsentHistory(asked.document);
  if (!history || !entries) {
    throw new AppError('package-broken', { status: 422, members: { broken: verdict.broken ?? 'form' } });
  }
  if (asked.vkey !== undefined && !verdict.keys.every((key) => key === asked.vkey)) {
    throw new AppError('package-key-unknown', { status: 422 });
  }
  if ((await ownerOf(verdict.keys, services.keys)).owner === 'own') throw new AppError('package-is-own', { status: 409 });
  if ((await lockContact(tx, contactId)) === undefined) throw notFound();
  await requireSamePerson(tx, contactId, history);
  const now = await databaseNow(tx);
  if (entries.some(({ occurredAt }) => new Date(occurredAt) > now)) {
    throw new AppError('package-from-the-future', { status: 422 });
  }

  const packageId = await keepPackage(tx, contactId, history);
  for (const notice of history.notices) await recordForeignText(tx, { body: notice.text, language: notice.language });
  const sourceId = await recordImportSource(tx, `${history.controller.name} (${history.log.origin})`);
  const brought = await broughtFrom(tx, contactId, history.log.origin);
  const known = new Set(brought.values());
  const sort = await sorterOf(tx, asked, history, (ourEntryId) => brought.has(ourEntryId));
  const kept: { entry: string; kind: EntryKind; because: KeptBecause }[] = [];
  const taken: NewEntry[] = [];
  for (const entry of entries) {
    if (known.has(entry.id)) continue;
    const place = sort(entry);
    if (typeof place === 'string') kept.push({ entry: entry.id, kind: entry.kind, because: place });
    else {
      const purpose = place.purpose && {
        id: place.purpose.id,
        version: await findVersionAt(tx, place.purpose.id, new Date(entry.occurredAt)),
      };
      const isKnownLog = asked.vkey !== undefined;
      taken.push(entryOf(entry, { contactId, sourceId, packageId, log: history.log.origin, isKnownLog, purpose }));
    }
  }
  await appendEntries(tx, taken);

  return {
    packageId,
    log: history.log.origin,
    controller: history.controller.name,
    imported: taken.length,
    already: entries.filter(({ id }) => known.has(id)).length,
    kept,
  };
}

/** That it is the same person shows in an address both sides have; a number of theirs says nothing here. */
async function requireSamePerson(tx: Transaction, contactId: string, history: ConsentHistory): Promise<void> {
  const matchKeys = history.emails.flatMap((address) => {
    const email = readEmail(address);
    return 'problem' in email ? [] : [email.matchKey];
  });
  const found = await findContactsByEmail(tx, matchKeys);
  if (![...found.values()].some((contact) => contact.contactId === contactId)) {
    throw new AppError('package-of-another-person', { status: 409 });
  }
}

async function keepPackage(tx: Transaction, contactId: string, history: ConsentHistory): Promise<string> {
  const body = JSON.stringify(history);
  const sha256 = createHash('sha256').update(body).digest();
  const kept = await tx
    .insertInto('consent_package')
    .values({ contact_id: contactId, log: history.log.origin, controller: history.controller.name, sha256, body })
    .onConflict((conflict) => conflict.columns(['contact_id', 'sha256']).doNothing())
    .returning('id')
    .executeTakeFirst();
  if (kept) return kept.id;
  const known = await tx
    .selectFrom('consent_package')
    .select('id')
    .where('contact_id', '=', contactId)
    .where('sha256', '=', sha256)
    .executeTakeFirstOrThrow();
  return known.id;
}

/** Our entries that were brought from that log: their id there by our id. */
async function broughtFrom(tx: Transaction, contactId: string, log: string): Promise<ReadonlyMap<string, string>> {
  const entries = await listEntriesOf(tx, contactId, 100_000);
  return new Map(
    entries.flatMap(({ id, method, evidence }) =>
      method === 'import' && evidence?.log === log && typeof evidence.entry === 'string' ? [[id, evidence.entry] as const] : [],
    ),
  );
}

interface Place {
  readonly purpose: Purpose | undefined;
}

/** Decides where an entry of theirs belongs here, or why it is evidence only. What stands here is asked once, beforehand. */
async function sorterOf(
  tx: Transaction,
  asked: HistoryToImport,
  history: ConsentHistory,
  isTheirs: (ourEntryId: string) => boolean,
) {
  const [ours, controller, states] = [await listPurposes(tx), await findController(tx), await listStates(tx, asked.contactId)];
  const theirs = new Map(history.purposes.map((purpose) => [purpose.id, purpose]));
  const texts = new Map(history.notices.map((notice) => [notice.sha256, notice.text]));
  const isSameController = isSame(controller, history.controller);
  const ageHere = ageOfConsent(controller?.country ?? 'BG');

  const saidNo = (purposeId: string, channel: string): boolean => {
    const consent = states.find(
      (state) => state.register === 'consent' && state.purposeId === purposeId && state.channel === channel,
    );
    const given = consent?.kind === 'consent-given' || consent?.kind === 'consent-renewed' ? consent.occurredAt : undefined;
    const isOurs = consent && !given && !isTheirs(consent.entryId);
    // One that ran out is no "no"; an objection made besides still is.
    if (isOurs && consent.kind !== 'consent-expired') return true;
    return states.some(
      (state) =>
        state.register === 'objection' &&
        state.kind === 'objected' &&
        !isTheirs(state.entryId) &&
        [purposeId, EVERY_PURPOSE].includes(state.purposeId) &&
        [channel, EVERY_CHANNEL].includes(state.channel) &&
        !(given && given > state.occurredAt),
    );
  };

  return (entry: HistoryEntry): Place | KeptBecause => {
    if (!TRANSFERABLE.has(entry.kind)) return 'not-transferable';
    const there = entry.purpose === null ? undefined : theirs.get(entry.purpose);
    const slug = there && (asked.purposes?.[there.slug] ?? there.slug);
    const purpose = ours.find((one) => one.slug === slug);
    const isOfOne = entry.purpose !== null && entry.channel !== null;
    if (entry.kind.startsWith('consent-') && !isOfOne) return 'no-purpose';
    if (entry.purpose !== null && !fits(purpose, entry)) return 'no-purpose';
    if (!OPENS.has(entry.kind)) return { purpose };
    const text = entry.notice === null ? undefined : texts.get(entry.notice);
    if (!isSameController && !(controller && text?.includes(controller.name))) return 'other-controller';
    const isNo =
      entry.kind === 'objection-lifted'
        ? states.some(({ register, kind, entryId }) => register === 'objection' && kind === 'objected' && !isTheirs(entryId))
        : saidNo(purpose?.id ?? EVERY_PURPOSE, entry.channel ?? EVERY_CHANNEL);
    if (isNo) return 'no-stands';
    return entry.kind.startsWith('consent-') && purpose?.needsAge && !isOfAge(entry, ageHere) ? 'age-unknown' : { purpose };
  };
}

/** Old enough by our law, as they said there, or with a parent. */
function isOfAge({ evidence }: HistoryEntry, ageHere: number): boolean {
  const { guardian, ofAge } = evidence;
  return typeof guardian === 'string' || (typeof ofAge === 'number' && ofAge >= ageHere);
}

function fits(purpose: Purpose | undefined, entry: HistoryEntry): boolean {
  if (!purpose) return false;
  if (entry.kind.startsWith('consent-') && purpose.legalBasis !== 'consent') return false;
  return entry.channel === null || purpose.channels.includes(entry.channel);
}

/** The same company: by its number where both have one, else by its name. */
function isSame(ours: Controller | undefined, theirs: ConsentHistory['controller']): boolean {
  if (!ours) return false;
  return ours.registrationNumber !== null && theirs.registrationNumber !== null
    ? ours.registrationNumber === theirs.registrationNumber
    : ours.name === theirs.name;
}

function entryOf(
  entry: HistoryEntry & { readonly position: number },
  at: {
    contactId: string;
    sourceId: string;
    packageId: string;
    log: string;
    /** Whoever brings it named the key of the log. A history under any other key anybody could have made. */
    isKnownLog: boolean;
    purpose: { readonly id: string; readonly version: number } | undefined;
  },
): NewEntry {
  const grade = !at.isKnownLog
    ? undefined
    : gradeEvidence({ ...entry, actor: { kind: entry.actor as Actor['kind'] }, noticeHash: entry.notice });
  const isConsent = entry.kind === 'consent-given' || entry.kind === 'consent-renewed';
  return {
    kind: entry.kind,
    contactId: at.contactId,
    ...(at.purpose ? { purpose: at.purpose } : {}),
    ...(entry.channel ? { channel: entry.channel } : {}),
    ...(isConsent ? { legalBasis: 'consent' as const, permissionGround: 'consent' as const } : {}),
    occurredAt: new Date(entry.occurredAt),
    ...(entry.until ? { until: new Date(entry.until) } : {}),
    sourceId: at.sourceId,
    ...(entry.notice ? { noticeHash: entry.notice } : {}),
    ...(entry.language ? { language: entry.language } : {}),
    actor: { kind: 'import' },
    method: 'import',
    evidence: {
      log: at.log,
      entry: entry.id,
      position: entry.position,
      package: at.packageId,
      originalMethod: entry.method,
      ...(grade ? { grade } : {}),
      // Whoever consented with a parent there is not asked without one here.
      ...(typeof entry.evidence['guardian'] === 'string' ? { guardian: entry.evidence['guardian'] } : {}),
      ...(typeof entry.evidence['ofAge'] === 'number' ? { ofAge: entry.evidence['ofAge'] } : {}),
    },
  };
}
