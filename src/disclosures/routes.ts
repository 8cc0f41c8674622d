import { z } from 'zod';
import { invalidFields } from '#platform/app-error.ts';
import type { Database } from '#platform/database/connect.ts';
import { fromCursor, toCursor } from '#platform/http/cursor.ts';
import { publicId, toPublicId } from '#platform/http/ids.ts';
import { listOf, moment, pageQuery, wholeListQuery } from '#platform/http/list.ts';
import { recordAudit } from '#src/audit/record-audit.ts';
import { defineEndpoint, type Endpoint } from '#src/define-route.ts';
import { recordsOf } from '#src/merging/find-living.ts';
import { listPurposes } from '#src/purposes/find-purpose.ts';
import { mentionPurpose, purposeMentionShape } from '#src/purposes/present.ts';
import { actorOf } from '#src/staff/caller.ts';
import { namesOfStaff } from '#src/staff/find-staff.ts';
import { presentActor } from '#src/staff/present.ts';
import { type Disclosure, recipientKinds, restrictionGrounds } from './disclosure.ts';
import { disclosuresOf, listDisclosures } from './list-disclosures.ts';
import { readStated, statedFields } from './read-stated.ts';
import { recipientsOf } from './recipients-of.ts';
import { recordDisclosure } from './record-disclosure.ts';

const recipient = z.object({ kind: z.enum(recipientKinds), name: z.string(), country: z.string().nullable() });

const disclosureShape = z
  .object({
    id: z.string(),
    at: moment,
    recipient,
    rule: z.enum(['gate', 'legal-obligation', 'right-of-subject', 'safekeeping']),
    purpose: purposeMentionShape.nullable(),
    channel: z.string().nullable(),
    statement: z.string(),
    restrictionGround: z.enum(restrictionGrounds).nullable(),
    fields: z.array(z.string()),
    people: z.int(),
    by: z.object({ kind: z.string(), id: z.string().nullable(), name: z.string().nullable() }),
  })
  .meta({ id: 'Disclosure' });

const params = z.object({ id: publicId('con') });

export const disclosureEndpoints: Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/disclosures',
    summary: 'Who received data, what for and which fields, newest first',
    policy: { right: 'audit.read', scope: 'audit.read' },
    query: z.strictObject(pageQuery),
    reply: listOf(disclosureShape),
    async handle({ db, query }) {
      const after =
        query.cursor === undefined ? undefined : fromCursor(query.cursor, z.object({ at: z.iso.datetime(), id: z.uuid() }));
      const { disclosures, next } = await listDisclosures(db, { limit: query.limit, after });
      return { data: await present(db, disclosures), next: next && toCursor(next) };
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/disclosures',
    summary:
      'Write down that people’s data were given to a recipient in another way than by an export; whom the gate does not let through is left out',
    policy: { right: 'contacts.export', scope: 'contacts.export' },
    body: z.strictObject({
      ...statedFields,
      contacts: z.array(publicId('con')).min(1).max(1000),
      fields: z.array(z.string().trim().min(1).max(60)).min(1).max(100),
    }),
    reply: z.object({ id: z.string(), given: z.int(), leftOut: z.record(z.string(), z.int()) }),
    status: 201,
    async handle({ tx, body, caller, requestId }) {
      const { purpose, problems } = await readStated(tx, body);
      if (body.recipient.kind === 'subject' && new Set(body.contacts).size !== 1) {
        problems.push({ field: 'contacts', code: 'only-one-person' });
      }
      if (problems.length > 0) throw invalidFields(problems);
      const by =
        caller.kind === 'staff'
          ? ({ kind: 'staff', id: caller.staffMember.id } as const)
          : ({ kind: 'api', id: caller.apiKeyId } as const);
      const { id, outcome } = await recordDisclosure(
        tx,
        {
          recipient: body.recipient,
          purpose,
          statement: body.statement,
          restrictionGround: body.restrictionGround,
          fields: body.fields,
          by,
        },
        body.contacts,
      );
      const { given = 0, ...leftOut } = outcome;
      await recordAudit(tx, {
        actor: actorOf(caller),
        action: 'disclosure.recorded',
        subject: { kind: 'disclosure', id },
        detail: { recipient: body.recipient.kind, people: given },
        requestId,
      });
      return { id: toPublicId('exp', id), given, leftOut };
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/contacts/:id/disclosures',
    summary: 'Whom a person’s data were given to, when, what for and which fields (Art. 15(1)(c)), newest first',
    policy: { right: 'contacts.read', scope: 'contacts.read' },
    params,
    query: z.strictObject(wholeListQuery),
    reply: listOf(disclosureShape),
    handle: async ({ db, params: { id } }) => ({
      data: await present(db, await disclosuresOf(db, await recordsOf(db, id))),
      next: null,
    }),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/contacts/:id/recipients',
    summary: 'Who has to be told when a person’s data are corrected, erased or restricted (Art. 19)',
    policy: { right: 'contacts.read', scope: 'contacts.read' },
    params,
    query: z.strictObject(wholeListQuery),
    reply: listOf(
      recipient
        .extend({ fields: z.array(z.string()), firstAt: moment, lastAt: moment, times: z.int() })
        .meta({ id: 'RecipientOf' }),
    ),
    handle: async ({ db, params: { id } }) => ({
      data: (await recipientsOf(db, id)).map((one) => ({
        ...one,
        fields: [...one.fields],
        firstAt: one.firstAt.toISOString(),
        lastAt: one.lastAt.toISOString(),
      })),
      next: null,
    }),
  }),
];

async function present(db: Database, disclosures: readonly Disclosure[]): Promise<z.input<typeof disclosureShape>[]> {
  const purposes = new Map((await listPurposes(db, { includeArchived: true })).map((purpose) => [purpose.id, purpose]));
  const names = await namesOfStaff(
    db,
    disclosures.flatMap(({ by }) => (by.kind === 'staff' && by.id ? [by.id] : [])),
  );
  return disclosures.map((one) => {
    const purpose = one.purposeId ? purposes.get(one.purposeId) : undefined;
    return {
      id: toPublicId('exp', one.id),
      at: one.disclosedAt.toISOString(),
      recipient: one.recipient,
      rule: one.rule,
      purpose: purpose ? mentionPurpose(purpose) : null,
      channel: one.channel,
      statement: one.statement,
      restrictionGround: one.restrictionGround,
      fields: [...one.fields],
      people: one.people,
      by: presentActor(one.by, names),
    };
  });
}
