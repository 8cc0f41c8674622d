import { z } from 'zod';
import { AppError } from '#platform/app-error.ts';
import type { Database } from '#platform/database/connect.ts';
import { fromCursor, toCursor } from '#platform/http/cursor.ts';
import { publicId, toPublicId } from '#platform/http/ids.ts';
import { isoOrNull, listOf, moment, pageQuery } from '#platform/http/list.ts';
import { recordAudit } from '#src/audit/record-audit.ts';
import { evidenceGrades, gradeEvidence } from '#src/consent/grade-evidence.ts';
import { findContactNames } from '#src/contacts/find-contact-names.ts';
import { listContacts } from '#src/contacts/list-contacts.ts';
import { defineEndpoint, type Endpoint } from '#src/define-route.ts';
import { findPurpose, listPurposes } from '#src/purposes/find-purpose.ts';
import { channelShape, mentionPurpose, purposeMentionShape } from '#src/purposes/present.ts';
import { purposeReference } from '#src/purposes/routes.ts';
import { actorOf, type Caller } from '#src/staff/caller.ts';
import { namesOfStaff } from '#src/staff/find-staff.ts';
import { presentActor } from '#src/staff/present.ts';
import { mayRole } from '#src/staff/roles.ts';
import { actorIdOf, entryKinds } from './entry.ts';
import { type EntryFilter, listEntries } from './list-entries.ts';
import { writeEntriesCsv } from './write-entries-csv.ts';

/** A search that fits more people is narrowed by whoever searches; it says so. */
const MOST_PEOPLE = 100;

const time = z.union([z.iso.date(), moment]).transform((text) => new Date(text));

const filters = {
  kind: z.enum(entryKinds).optional(),
  purpose: purposeReference.optional(),
  channel: channelShape.optional(),
  method: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,39}$/)
    .optional(),
  actor: z.enum(['contact', 'staff', 'system', 'import', 'api']).optional(),
  contact: publicId('con').optional(),
  search: z.string().max(200).optional(),
  /** When it was recorded. */
  from: time.optional(),
  to: time.optional(),
  /** When it happened. */
  happenedFrom: time.optional(),
  happenedTo: time.optional(),
};
const filterQuery = z.strictObject(filters);

const listedEntryShape = z
  .object({
    id: z.string(),
    kind: z.enum(entryKinds),
    occurredAt: moment,
    recordedAt: moment,
    until: moment.nullable(),
    contact: z.object({ id: z.string(), name: z.string().nullable() }),
    purpose: purposeMentionShape.extend({ version: z.int() }).nullable(),
    channel: z.string().nullable(),
    method: z.string(),
    actor: z.object({ kind: z.string(), id: z.string().nullable(), name: z.string().nullable() }),
    language: z.string().nullable(),
    /** Whether a text is recorded with it. */
    hasText: z.boolean(),
    evidenceGrade: z.enum(evidenceGrades).nullable(),
    /** Place in the log, from 0; null while it waits for one. */
    position: z.int().nullable(),
  })
  .meta({ id: 'ListedLedgerEntry' });

export const ledgerListEndpoints: Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/ledger/entries',
    summary: 'Entries of the ledger, newest first',
    policy: { right: 'ledger.read', scope: 'ledger.read' },
    query: z.strictObject({ ...filters, ...pageQuery }),
    reply: listOf(listedEntryShape).extend({
      /** Recorded when the last entry looked at was: fewer than asked for, and more may follow on the next page. */
      searchedBackTo: moment.nullable(),
      /** How many people a search fits; of more than that the first ones. */
      people: z.object({ value: z.int(), atLeast: z.boolean() }).nullable(),
    }),
    async handle({ db, query, caller }) {
      const { filter, people } = await readFilter(db, query, caller);
      const before = query.cursor === undefined ? undefined : fromCursor(query.cursor, z.uuid());
      const page = await listEntries(db, filter, { limit: query.limit, before });
      const actorIds = page.entries.flatMap((entry) => actorIdOf(entry.actor) ?? []);
      const [purposes, staffNames, names] = await Promise.all([
        listPurposes(db, { includeArchived: true }),
        namesOfStaff(db, actorIds),
        mayKnowPeople(caller)
          ? findContactNames(
              db,
              page.entries.map((entry) => entry.contactId),
            )
          : new Map<string, string>(),
      ]);
      return {
        data: page.entries.map((entry) => {
          const purpose = purposes.find(({ id }) => id === entry.purpose?.id);
          return {
            id: toPublicId('led', entry.id),
            kind: entry.kind,
            occurredAt: entry.occurredAt.toISOString(),
            recordedAt: entry.recordedAt.toISOString(),
            until: isoOrNull(entry.until),
            contact: { id: toPublicId('con', entry.contactId), name: names.get(entry.contactId) || null },
            purpose: purpose && entry.purpose ? { ...mentionPurpose(purpose), version: entry.purpose.version } : null,
            channel: entry.channel ?? null,
            method: entry.method,
            actor: presentActor({ kind: entry.actor.kind, id: actorIdOf(entry.actor) }, staffNames),
            language: entry.language ?? null,
            hasText: entry.noticeHash !== undefined,
            evidenceGrade: gradeEvidence(entry) ?? null,
            position: entry.position,
          };
        }),
        next: page.next && toCursor(page.next),
        searchedBackTo: page.isPartial && page.next ? timeOfId(page.next).toISOString() : null,
        people,
      };
    },
  }),

  defineEndpoint({
    method: 'GET',
    path: '/ledger/export',
    summary: 'The entries that match as CSV, people under their ids alone',
    policy: { right: 'contacts.export', scope: 'contacts.export' },
    query: filterQuery,
    reply: 'file',
    async handle({ db, query, caller, requestId }) {
      const { filter } = await readFilter(db, query, caller);
      // Entries made while it is written are not in it.
      const now = new Date();
      const until = filter.to && filter.to < now ? filter.to : now;
      await recordAudit(db, {
        actor: actorOf(caller),
        action: 'ledger.exported',
        ...(query.contact ? { subject: { kind: 'contact' as const, id: query.contact } } : {}),
        detail: {
          // What was searched for may be a person's name.
          filters: Object.keys(query),
          ...(query.kind ? { kind: query.kind } : {}),
          ...(query.channel ? { channel: query.channel } : {}),
          ...(query.method ? { method: query.method } : {}),
        },
        requestId,
      });
      return {
        body: writeEntriesCsv(db, { ...filter, to: until }, await listPurposes(db, { includeArchived: true })),
        fileName: `ledger-${now.toISOString().slice(0, 10)}.csv`,
        mediaType: 'text/csv; charset=utf-8',
      };
    },
  }),
];

/** @throws AppError 403 when somebody searches by name who may not know people. */
async function readFilter(
  db: Database,
  query: z.output<typeof filterQuery>,
  caller: Caller,
): Promise<{ filter: EntryFilter; people: { value: number; atLeast: boolean } | null }> {
  const { kind, channel, method, actor, from, to, happenedFrom, happenedTo, contact } = query;
  const purpose = query.purpose === undefined ? undefined : await findPurpose(db, query.purpose);
  if (query.purpose !== undefined && !purpose) throw unknownPurpose();
  const search = query.search?.trim();
  if (search && !mayKnowPeople(caller)) throw new AppError('not-allowed', { status: 403 });
  const found = search ? await listContacts(db, { search }, { sort: '-changed', limit: MOST_PEOPLE }) : undefined;
  const ids = found?.contacts.map(({ id }) => id);
  const contactIds = contact ? (ids ? ids.filter((id) => id === contact) : [contact]) : ids;
  return {
    filter: { kind, purposeId: purpose?.id, channel, method, actor, from, to, happenedFrom, happenedTo, contactIds },
    people: found ? { value: found.contacts.length, atLeast: found.next !== null } : null,
  };
}

function unknownPurpose(): AppError {
  return new AppError('invalid-query', { status: 400, fields: [{ field: 'purpose', code: 'unknown-purpose' }] });
}

/** Names are for whoever may see people; every role that reads the ledger may, a key only with the scope. */
function mayKnowPeople(caller: Caller): boolean {
  return caller.kind === 'staff' ? mayRole(caller.staffMember.role, 'contacts.read') : caller.scopes.includes('contacts.read');
}

function timeOfId(id: string): Date {
  return new Date(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16));
}
