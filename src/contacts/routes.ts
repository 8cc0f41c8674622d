import { z } from 'zod';
import { AppError, invalidFields, notFound } from '#platform/app-error.ts';
import type { Database } from '#platform/database/connect.ts';
import { fromCursor, toCursor } from '#platform/http/cursor.ts';
import { fromPublicId, publicId, toPublicId } from '#platform/http/ids.ts';
import { listOf, pageQuery } from '#platform/http/list.ts';
import { recordAudit } from '#src/audit/record-audit.ts';
import { defineEndpoint, type Endpoint } from '#src/define-route.ts';
import { languages } from '#src/languages/languages.ts';
import { listPurposes } from '#src/purposes/find-purpose.ts';
import { legalBases } from '#src/purposes/purpose.ts';
import { purposeReference } from '#src/purposes/routes.ts';
import { fieldKey } from '#src/register/field.ts';
import { hiddenFrom, readerOf } from '#src/register/find-field.ts';
import { eraseKeepingEvidence } from '#src/sealed-evidence/erase-keeping-evidence.ts';
import { keepingWish } from '#src/sealed-evidence/policy.ts';
import { sourceKinds } from '#src/sources/source.ts';
import { actorOf, type Caller } from '#src/staff/caller.ts';
import { namesOfStaff } from '#src/staff/find-staff.ts';
import { addContact } from './add-contact.ts';
import { askToConfirmAddress } from './confirm-address.ts';
import { contactSorts } from './contact.ts';
import { describeContact } from './describe-contact.ts';
import { editContact } from './edit-contact.ts';
import { exportContact, exportFormats } from './export-contact.ts';
import { countContacts, listContacts } from './list-contacts.ts';
import { listTimeline } from './list-timeline.ts';
import {
  contactShape,
  listedContactShape,
  presentContact,
  presentEvent,
  presentListedContact,
  timelineShape,
} from './present.ts';
import { contactFilterFields, country, readContactFilter } from './read-filter.ts';
import { type ContactInput, inputNameOf } from './read-input.ts';

const params = z.object({ id: publicId('con') });
const typed = z.string().max(5000).nullish();

const typedFields = {
  givenName: typed,
  familyName: typed,
  company: typed,
  jobTitle: typed,
  city: typed,
  note: typed,
  email: typed,
  phone: typed,
  postalAddress: typed,
  /** Fields of the company's own, by key (`GET /fields`); several choices as a list. */
  fields: z
    .record(fieldKey, z.union([z.string().max(5000), z.array(z.string().max(60)).max(200)]).nullable())
    .refine((fields) => Object.keys(fields).length <= 200, { error: 'too-many', params: { max: 200 } })
    .optional(),
};

/** Where typed-in data come from, what for and on which basis: without it they are not stored (Art. 5(1), 13–14). */
const account = {
  source: z.strictObject({
    kind: z.enum(sourceKinds).extract(['staff', 'person', 'event', 'third-party', 'page', 'api']),
    label: z.string().trim().min(1).max(500),
    obtainedFrom: z.enum(['data-subject', 'other']),
  }),
  purpose: purposeReference,
  legalBasis: z.enum([...legalBases, 'unknown']),
};

export const contactEndpoints: Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/contacts',
    summary: 'Contacts: search, filter, sort, page by page',
    policy: { right: 'contacts.read', scope: 'contacts.read' },
    query: z.strictObject({
      ...contactFilterFields,
      sort: z.enum(contactSorts).default('-created'),
      ...pageQuery,
    }),
    reply: listOf(listedContactShape).extend({ count: z.object({ value: z.int(), atLeast: z.boolean() }) }),
    async handle({ db, query }) {
      const filter = await readContactFilter(db, query);
      const after = query.cursor === undefined ? undefined : positionOf(query.cursor, query.sort);
      const [list, count] = await Promise.all([
        listContacts(db, filter, { sort: query.sort, limit: query.limit, after }),
        countContacts(db, filter),
      ]);

      return {
        data: list.contacts.map(presentListedContact),
        next: list.next && toCursor({ sort: query.sort, ...list.next }),
        count,
      };
    },
  }),

  defineEndpoint({
    method: 'POST',
    path: '/contacts',
    summary: 'Add a contact, with where the data come from, what for and on which basis',
    policy: { right: 'contacts.write', scope: 'contacts.write' },
    body: z.strictObject({
      ...typedFields,
      ...account,
      language: z.enum(languages),
      country: country.optional(),
      permissionGround: z.enum(['soft-opt-in', 'legal-entity', 'not-needed']).optional(),
    }),
    reply: contactShape,
    status: 201,
    speaksOf: (_params, answer) => fromPublicId('con', answer.id),
    async handle({ services, tx, body, caller, requestId }) {
      await refuseHidden(tx, body, caller);
      const id = await telling(caller, () => addContact(tx, services.keys, body, actorOf(caller)));
      await recordAudit(tx, { actor: actorOf(caller), action: 'contact.added', subject: { kind: 'contact', id }, requestId });
      return presentContact(await existing(tx, id), await hiddenFrom(tx, readerOf(caller)));
    },
  }),

  defineEndpoint({
    method: 'GET',
    path: '/contacts/:id',
    summary: 'A contact: every datum with where it comes from',
    policy: { right: 'contacts.read', scope: 'contacts.read' },
    params,
    reply: contactShape,
    async handle({ db, params: { id }, caller, requestId }) {
      const contact = await existing(db, id);
      await recordAudit(db, { actor: actorOf(caller), action: 'contact.viewed', subject: { kind: 'contact', id }, requestId });
      return presentContact(contact, await hiddenFrom(db, readerOf(caller)));
    },
  }),

  defineEndpoint({
    method: 'PATCH',
    path: '/contacts/:id',
    summary: 'Correct a contact (Art. 16); what was there before stays in its history',
    policy: { right: 'contacts.write', scope: 'contacts.write' },
    params,
    body: z.strictObject({
      changes: z.strictObject(typedFields).default({}),
      ...account,
      language: z.enum(languages).optional(),
      country: country.nullish(),
      reason: z.string().trim().max(500).optional(),
    }),
    reply: contactShape,
    async handle({ services, tx, params: { id }, body, caller, requestId }) {
      await refuseHidden(tx, body.changes, caller, 'changes.');
      await telling(caller, () => editContact(tx, services.keys, id, body, actorOf(caller)));
      if (body.changes.email !== undefined) await askToConfirmAddress(tx, services, id);
      await recordAudit(tx, {
        actor: actorOf(caller),
        action: 'contact.changed',
        subject: { kind: 'contact', id },
        detail: { fields: typedNames(body.changes) },
        requestId,
      });
      return presentContact(await existing(tx, id), await hiddenFrom(tx, readerOf(caller)));
    },
  }),

  defineEndpoint({
    method: 'DELETE',
    path: '/contacts/:id',
    summary: 'Erase a person (Art. 17): for good, everywhere',
    policy: { right: 'contacts.erase', scope: 'contacts.erase' },
    params,
    body: z.strictObject({
      reason: z.string().trim().min(1).max(500),
      /** Left out, the company's policy decides (Art. 17(3)). */
      evidence: z.union([z.literal('nothing'), keepingWish]).optional(),
    }),
    reply: 'nothing',
    async handle({ tx, services, params: { id }, body, caller, requestId }) {
      // The reason is asked so that it is thought of; in the journal it would be one more text about the person.
      const erasedBy = caller.kind === 'staff' ? caller.staffMember.id : caller.apiKeyId;
      const erasure = { contactId: id, reason: 'request', erasedBy } as const;
      const { outcome, kept } = await eraseKeepingEvidence(tx, services.keys, erasure, body.evidence);
      if (outcome === 'unknown-contact') throw notFound();
      if (outcome === 'on-hold') throw new AppError('on-hold', { status: 409 });
      await recordAudit(tx, {
        actor: actorOf(caller),
        action: 'contact.erased',
        subject: { kind: 'contact', id },
        ...(kept ? { detail: { evidenceKept: kept.ground } } : {}),
        requestId,
      });
    },
  }),

  defineEndpoint({
    method: 'GET',
    path: '/contacts/:id/timeline',
    summary: 'What happened with a contact, newest first',
    policy: { right: 'contacts.read', scope: 'contacts.read' },
    params,
    query: z.strictObject(pageQuery),
    reply: listOf(timelineShape),
    async handle({ db, params: { id }, query, caller }) {
      await existing(db, id);
      const hidden = await hiddenFrom(db, readerOf(caller));
      const after =
        query.cursor === undefined ? undefined : fromCursor(query.cursor, z.object({ at: z.iso.datetime(), id: z.uuid() }));
      const { events, next } = await listTimeline(db, id, { limit: query.limit, after });
      const purposes = new Map((await listPurposes(db, { includeArchived: true })).map((purpose) => [purpose.id, purpose]));
      const staffNames = await namesOfStaff(
        db,
        events.flatMap(({ actor }) => (actor.kind === 'staff' && actor.id ? [actor.id] : [])),
      );

      return { data: events.map((event) => presentEvent(event, purposes, staffNames, hidden)), next: next && toCursor(next) };
    },
  }),

  defineEndpoint({
    method: 'GET',
    path: '/contacts/:id/export',
    summary: 'Everything held about a person, as a file (Art. 15, 20)',
    policy: { right: 'contacts.export', scope: 'contacts.export' },
    params,
    query: z.strictObject({ format: z.enum(exportFormats).default('csv'), language: z.enum(languages).optional() }),
    reply: 'file',
    async handle({ db, params: { id }, query, language, caller, requestId }) {
      // A person's copy is whole (Art. 15(3)), and a program gets nothing it may not see: so it gets none.
      if ((await hiddenFrom(db, readerOf(caller))).size > 0) throw new AppError('copy-would-be-partial', { status: 403 });
      const file = await exportContact(db, id, query.format, query.language ?? language);
      if (!file) throw notFound();
      await recordAudit(db, {
        actor: actorOf(caller),
        action: 'contact.exported',
        subject: { kind: 'contact', id },
        detail: { format: query.format },
        requestId,
      });
      return file;
    },
  }),
];

/** @throws AppError 422 `field-hidden`: what one may not see, one may not overwrite unseen */
async function refuseHidden(db: Database, typedIn: ContactInput, caller: Caller, prefix = ''): Promise<void> {
  const hidden = await hiddenFrom(db, readerOf(caller));
  const names = new Set(typedNames(typedIn));
  const refused = [...hidden].map((key) => (names.has(`fields.${key}`) ? `fields.${key}` : inputNameOf(key)));
  const problems = refused.filter((name) => names.has(name)).map((name) => ({ field: prefix + name, code: 'field-hidden' }));
  if (problems.length > 0) throw invalidFields(problems);
}

function typedNames({ fields, ...standard }: ContactInput): string[] {
  const given = Object.entries(standard).filter(([name, value]) => value !== undefined && name in typedFields);
  return [...given.map(([name]) => name), ...Object.keys(fields ?? {}).map((key) => `fields.${key}`)];
}

async function existing(db: Database, id: string) {
  const contact = await describeContact(db, id);
  if (!contact) throw notFound();

  return contact;
}

/** A cursor goes on only in the order it was made in. */
function positionOf(cursor: string, sort: string): { value: string; id: string } {
  const { sort: made, ...position } = fromCursor(cursor, z.object({ sort: z.string(), value: z.string(), id: z.uuid() }));
  if (made !== sort || (sort.endsWith('changed') && !z.iso.datetime().safeParse(position.value).success)) {
    throw new AppError('invalid-cursor', { status: 400 });
  }

  return position;
}

/** Who may see contacts is told which one has the address; its id in public form. */
async function telling<T>(caller: Parameters<typeof actorOf>[0], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code !== 'address-taken') throw thrown;
    const { contactId } = thrown.members;
    const maySee = caller.kind === 'staff' || caller.scopes.includes('contacts.read');
    throw new AppError('address-taken', {
      status: 409,
      members: maySee && typeof contactId === 'string' ? { contactId: toPublicId('con', contactId) } : {},
      fields: thrown.fields,
    });
  }
}
