import { z } from 'zod';
import { fromCursor, toCursor } from '#platform/http/cursor.ts';
import { publicId, toPublicId } from '#platform/http/ids.ts';
import { listOf, moment, pageQuery } from '#platform/http/list.ts';
import { defineEndpoint, type Endpoint } from '#src/define-route.ts';
import { namesOfStaff } from '#src/staff/find-staff.ts';
import { type ListedAudit, listAudit } from './list-audit.ts';
import { auditActions } from './record-audit.ts';

/** Prefixes of the public ids of what an entry can be about. */
const prefixes: Readonly<Record<string, string>> = {
  contact: 'con',
  purpose: 'pur',
  form: 'frm',
  delivery: 'dlv',
  'ledger-entry': 'led',
  'staff-member': 'stf',
  'api-key': 'key',
  'evidence-opening': 'evo',
  'evidence-capsule': 'cap',
  job: 'job',
  export: 'exp',
  disclosure: 'exp',
  staff: 'stf',
  api: 'key',
};

const who = z.union([publicId('stf'), publicId('key'), publicId('con')]);
const what = z.union([
  publicId('con'),
  publicId('pur'),
  publicId('frm'),
  publicId('dlv'),
  publicId('led'),
  publicId('stf'),
  publicId('key'),
  publicId('evo'),
  publicId('cap'),
  publicId('exp'),
]);
const day = z.union([z.iso.date(), moment]).transform((text) => new Date(text));

const auditShape = z
  .object({
    id: z.string(),
    at: moment,
    actor: z.object({ kind: z.string(), id: z.string().nullable(), name: z.string().nullable() }),
    action: z.string(),
    subject: z.object({ kind: z.string(), id: z.string() }).nullable(),
    detail: z.record(z.string(), z.unknown()),
    requestId: z.string().nullable(),
  })
  .meta({ id: 'AuditEntry' });

export const auditEndpoints: Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/audit',
    summary: 'Who saw, changed, exported what; newest first',
    policy: { right: 'audit.read', scope: 'audit.read' },
    query: z.strictObject({
      action: z.enum(auditActions).optional(),
      actor: who.optional(),
      subject: what.optional(),
      from: day.optional(),
      to: day.optional(),
      ...pageQuery,
    }),
    reply: listOf(auditShape),
    async handle({ db, query }) {
      const before = query.cursor === undefined ? undefined : fromCursor(query.cursor, z.uuid());
      const filter = { action: query.action, actorId: query.actor, subjectId: query.subject, from: query.from, to: query.to };
      const found = await listAudit(db, filter, { limit: query.limit + 1, before });
      const shown = found.slice(0, query.limit);
      const names = await namesOfStaff(
        db,
        shown.flatMap((entry) => (entry.actor === 'staff' && entry.actorId ? [entry.actorId] : [])),
      );
      const last = shown.at(-1);

      return {
        data: shown.map((entry) => presentAudit(entry, names)),
        next: found.length > query.limit && last ? toCursor(last.id) : null,
      };
    },
  }),
];

function presentAudit(entry: ListedAudit, names: ReadonlyMap<string, string>): z.input<typeof auditShape> {
  return {
    id: toPublicId('aud', entry.id),
    at: entry.at.toISOString(),
    actor: {
      kind: entry.actor,
      id: entry.actorId && toPublicId(prefixes[entry.actor] ?? 'con', entry.actorId),
      name: (entry.actorId && names.get(entry.actorId)) ?? null,
    },
    action: entry.action,
    subject: entry.subject && {
      kind: entry.subject.kind,
      id: toPublicId(prefixes[entry.subject.kind] ?? 'con', entry.subject.id),
    },
    detail: entry.detail as Record<string, unknown>,
    requestId: entry.requestId,
  };
}
