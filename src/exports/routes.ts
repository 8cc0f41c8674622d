import { z } from 'zod';
import { AppError, notFound } from '#platform/app-error.ts';
import type { Database } from '#platform/database/connect.ts';
import { fromCursor, toCursor } from '#platform/http/cursor.ts';
import { publicId } from '#platform/http/ids.ts';
import { listOf, pageQuery } from '#platform/http/list.ts';
import { recordAudit } from '#src/audit/record-audit.ts';
import { defineEndpoint, type Endpoint } from '#src/define-route.ts';
import type { Discloser } from '#src/disclosures/disclosure.ts';
import { readerOf } from '#src/register/find-field.ts';
import { actorOf, type Caller } from '#src/staff/caller.ts';
import { decideExport } from './decide-export.ts';
import type { BulkExport } from './export.ts';
import { listExportFields } from './fields.ts';
import { findExport, listExports } from './find-export.ts';
import { findExportPolicy, saveExportPolicy } from './policy.ts';
import { exportShape, presentExports } from './present.ts';
import { exportRequest, readExportRequest } from './read-request.ts';
import { requestExport } from './request-export.ts';
import { beginExport, exportFileName, mediaTypes, readExport } from './take-export.ts';

const params = z.object({ id: publicId('exp') });
const policy = { right: 'contacts.export', scope: 'contacts.export' } as const;
/** What takes two people takes people. */
const peopleOnly = { right: 'contacts.export', scope: 'none' } as const;
const policyShape = z.object({ approvalAbove: z.int(), approvalAboveToday: z.int() });

export const exportEndpoints: Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/exports',
    summary: 'Copies of many people’s data that were asked for, newest first',
    policy,
    query: z.strictObject(pageQuery),
    reply: listOf(exportShape),
    async handle({ db, query, services }) {
      const after = query.cursor === undefined ? undefined : fromCursor(query.cursor, z.object({ id: z.uuid() })).id;
      const { exports, next } = await listExports(db, { limit: query.limit, after });
      return { data: await presentExports(db, exports, services.now()), next: next && toCursor({ id: next }) };
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/exports/fields',
    summary: 'What an export can have as fields',
    policy,
    reply: z.object({
      data: z.array(z.object({ key: z.string(), label: z.string(), isUsual: z.boolean(), needsPurpose: z.boolean() })),
      next: z.null(),
    }),
    async handle({ db, caller, language }) {
      const fields = await listExportFields(db, readerOf(caller));
      return { data: fields.map((field) => ({ ...field, label: field.label[language] })), next: null };
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/exports/policy',
    summary: 'From how many people on a second person has to agree to an export',
    policy,
    reply: policyShape,
    handle: ({ db }) => findExportPolicy(db),
  }),
  defineEndpoint({
    method: 'PUT',
    path: '/exports/policy',
    summary: 'Change from how many people on a second person has to agree; more than before counts from the next day on',
    policy: peopleOnly,
    body: z.strictObject({ approvalAbove: z.int().min(0).max(1_000_000) }),
    reply: policyShape,
    async handle({ tx, body, caller, requestId }) {
      await saveExportPolicy(tx, body.approvalAbove, staffIdOf(caller));
      await recordAudit(tx, {
        actor: actorOf(caller),
        action: 'export.policy-changed',
        detail: { approvalAbove: body.approvalAbove },
        requestId,
      });
      return findExportPolicy(tx);
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/exports',
    summary:
      'Ask for a copy of many people’s data: says how many the gate lets through, and how many not and why; gives nothing yet',
    policy,
    body: exportRequest,
    // Twenty thousand ids.
    bodyLimit: 1024 * 1024,
    reply: exportShape,
    status: 201,
    async handle({ tx, services, body, caller, language, requestId }) {
      const asked = await readExportRequest(tx, body, { by: discloserOf(caller), reader: readerOf(caller), language });
      const id = await requestExport(tx, asked);
      const made = await getExport(tx, id);
      await recordAudit(tx, {
        actor: actorOf(caller),
        action: 'export.requested',
        subject: { kind: 'export', id },
        detail: { recipient: made.recipient.kind, format: made.format, people: made.chosen, fields: made.fields },
        requestId,
      });
      return presented(tx, made, services.now());
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/exports/:id',
    summary: 'How far an export is',
    policy,
    params,
    reply: exportShape,
    handle: async ({ db, params: { id }, services }) => presented(db, await getExport(db, id), services.now()),
  }),
  ...(['approve', 'refuse'] as const).map((verb) =>
    defineEndpoint({
      method: 'POST',
      path: `/exports/:id/${verb}`,
      summary: verb === 'approve' ? 'Agree to an export of many; never one’s own' : 'Do not agree to an export of many',
      policy: peopleOnly,
      params,
      body: z.strictObject({}),
      reply: exportShape,
      async handle({ tx, params: { id }, services, caller, requestId }) {
        const decision = verb === 'approve' ? 'approved' : 'refused';
        const outcome = await decideExport(tx, { id, decidedBy: staffIdOf(caller), decision });
        if (outcome === 'unknown') throw notFound();
        if (outcome === 'own-request') throw new AppError('second-person-needed', { status: 403 });
        if (outcome === 'not-waiting') throw new AppError('export-not-waiting', { status: 409 });
        await recordAudit(tx, {
          actor: actorOf(caller),
          action: `export.${decision}`,
          subject: { kind: 'export', id },
          requestId,
        });
        return presented(tx, await getExport(tx, id), services.now());
      },
    }),
  ),
  defineEndpoint({
    method: 'POST',
    path: '/exports/:id/download',
    summary: 'Take the copy, once: streamed as it is read, never kept as a file; whoever was cut off may begin again',
    policy,
    params,
    body: z.strictObject({}),
    reply: 'file',
    async handle({ tx, services, params: { id }, caller, requestId }) {
      const asked = await getExport(tx, id);
      const by = discloserOf(caller);
      if (asked.by.kind !== by.kind || asked.by.id !== (by.id ?? null)) throw new AppError('export-of-another', { status: 403 });
      if (asked.status === 'waiting') throw new AppError('export-waits', { status: 409 });
      // Their role may be another by now, or the field be kept from it.
      const seen = (await listExportFields(tx, readerOf(caller))).map(({ key }) => key);
      if (asked.fields.some((key) => !seen.includes(key))) throw new AppError('not-allowed', { status: 403 });
      if (asked.status !== 'ready') throw new AppError('export-not-ready', { status: 409 });
      const attempt = await beginExport(tx, id, by);
      await recordAudit(tx, {
        actor: actorOf(caller),
        action: 'export.taken',
        subject: { kind: 'export', id },
        detail: { format: asked.format, people: asked.chosen, attempt },
        requestId,
      });
      const now = services.now();
      return {
        // Pulled by whoever reads the answer, so not before this transaction has committed.
        body: ReadableStream.from(readExport(services.db, id, attempt, now)),
        fileName: exportFileName(asked, now),
        mediaType: mediaTypes[asked.format],
      };
    },
  }),
];

async function getExport(db: Database, id: string): Promise<BulkExport> {
  const found = await findExport(db, id);
  if (!found) throw notFound();
  return found;
}

async function presented(db: Database, one: BulkExport, now: Date) {
  const [shown] = await presentExports(db, [one], now);
  if (!shown) throw notFound();
  return shown;
}

function discloserOf(caller: Caller): Discloser {
  return caller.kind === 'staff' ? { kind: 'staff', id: caller.staffMember.id } : { kind: 'api', id: caller.apiKeyId };
}

function staffIdOf(caller: Caller): string {
  // No key has the scope for any of these.
  if (caller.kind !== 'staff') throw new AppError('not-allowed', { status: 403 });
  return caller.staffMember.id;
}
