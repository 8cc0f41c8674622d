import { sql } from 'kysely';
import { z } from 'zod';
import { AppError, notFound } from '#platform/app-error.ts';
import type { Database } from '#platform/database/connect.ts';
import { fromCursor, toCursor } from '#platform/http/cursor.ts';
import { fromPublicId, publicId, toPublicId } from '#platform/http/ids.ts';
import { isoOrNull, listOf, moment, pageQuery } from '#platform/http/list.ts';
import { recordAudit } from '#src/audit/record-audit.ts';
import { findContactNames } from '#src/contacts/find-contact-names.ts';
import { defineEndpoint, type Endpoint } from '#src/define-route.ts';
import { type Language, languages } from '#src/languages/languages.ts';
import { listPurposes } from '#src/purposes/find-purpose.ts';
import { actorOf } from '#src/staff/caller.ts';
import { deliveryStatuses, type FoundDelivery, findDelivery, listDeliveries } from './find-delivery.ts';
import { DELIVERY_CHANNEL } from './queue-deliveries.ts';
import { renderMessage } from './render-message.ts';

const params = z.object({ id: publicId('dlv') });
const texts = z.object({ bg: z.string(), en: z.string() });

const deliveryShape = z.object({
  id: z.string(),
  status: z.enum(deliveryStatuses),
  channel: z.string(),
  template: z.string(),
  language: z.enum(languages),
  contact: z.object({ id: z.string(), name: z.string().nullable() }).nullable(),
  purpose: z.object({ id: z.string(), slug: z.string(), name: texts }).nullable(),
  to: z.string(),
  attempts: z.int(),
  createdAt: moment,
  settledAt: moment.nullable(),
  withheldBecause: z.string().nullable(),
  lastError: z.string().nullable(),
  messageId: z.string().nullable(),
});

const messageShape = deliveryShape.extend({
  message: z
    .object({
      subject: z.string(),
      text: z.string(),
      html: z.string(),
      headers: z.record(z.string(), z.string()),
      links: z.array(z.object({ label: z.string(), url: z.string() })),
    })
    .nullable(),
});

export const deliveryEndpoints: Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/deliveries',
    summary: 'Messages to people, newest first; `held` ones wait for a mail server',
    policy: { right: 'deliveries.read', scope: 'deliveries.read' },
    query: z.strictObject({ ...pageQuery, status: z.enum(deliveryStatuses).optional() }),
    reply: listOf(deliveryShape),
    async handle({ db, query }) {
      const before = query.cursor ? fromCursor(query.cursor, z.uuid()) : undefined;
      const found = await listDeliveries(db, {
        limit: query.limit + 1,
        ...(query.status ? { status: query.status } : {}),
        ...(before ? { before } : {}),
      });
      const shown = found.slice(0, query.limit);
      const last = found.length > query.limit ? shown.at(-1) : undefined;
      return { data: await present(db, shown), next: last ? toCursor(last.id) : null };
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/deliveries/:id',
    summary: 'A message; of a held one also how it reads',
    policy: { right: 'deliveries.read', scope: 'deliveries.read' },
    params,
    reply: messageShape,
    async handle({ db, services, params: { id }, caller, requestId }) {
      const delivery = await findDelivery(db, id);
      const [presented] = delivery ? await present(db, [delivery]) : [];
      if (!delivery || !presented) throw notFound();
      await recordAudit(db, {
        actor: actorOf(caller),
        action: 'delivery.viewed',
        subject: { kind: 'contact', id: delivery.contactId },
        detail: { delivery: id },
        requestId,
      });
      // The links of a message act in its addressee's name. Only while no mail leaves this machine, and somebody is trying
      // it out, may staff see them.
      const message =
        delivery.status === 'held' && !services.config.smtpUrl ? await renderMessage(services, db, delivery) : undefined;
      return {
        ...presented,
        message: message
          ? {
              subject: message.subject,
              text: message.text,
              html: message.html,
              headers: {
                From: `${message.from.name} <${message.from.address}>`,
                To: message.to,
                'Message-ID': `<${message.messageId}>`,
                ...message.headers,
              },
              links: Object.entries(message.links).map(([label, url]) => ({ label, url })),
            }
          : null,
      };
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/deliveries/:id/release',
    summary: 'Let a held or failed message go out',
    policy: { right: 'deliveries.write', scope: 'deliveries.write' },
    params,
    body: z.strictObject({}),
    reply: deliveryShape,
    speaksOf: (_params, answer) => (answer.contact ? fromPublicId('con', answer.contact.id) : undefined),
    async handle({ tx, services, params: { id }, caller, requestId }) {
      if (!services.config.smtpUrl) throw new AppError('no-mail-server', { status: 409 });
      const { rows } = await sql<{ id: string }>`
        update delivery set status = 'queued', not_before = now(), settled_at = null, lease_until = null
         where id = ${id} and status in ('held', 'failed') returning id`.execute(tx);
      const delivery = await findDelivery(tx, id);
      const [presented] = delivery ? await present(tx, [delivery]) : [];
      if (!presented) throw notFound();
      if (rows.length === 0) throw new AppError('delivery-not-waiting', { status: 409 });
      await sql`select pg_notify(${DELIVERY_CHANNEL}, '')`.execute(tx);
      await recordAudit(tx, {
        actor: actorOf(caller),
        action: 'delivery.released',
        subject: { kind: 'delivery', id },
        requestId,
      });
      return presented;
    },
  }),
];

async function present(db: Database, deliveries: readonly FoundDelivery[]): Promise<z.input<typeof deliveryShape>[]> {
  const names = await findContactNames(
    db,
    deliveries.map((delivery) => delivery.contactId),
  );
  const purposes = new Map((await listPurposes(db, { includeArchived: true })).map((purpose) => [purpose.id, purpose]));
  return deliveries.map((delivery) => {
    const purpose = purposes.get(delivery.purposeId);
    return {
      id: toPublicId('dlv', delivery.id),
      status: delivery.status,
      channel: delivery.channel,
      template: delivery.template,
      language: delivery.language satisfies Language,
      contact: { id: toPublicId('con', delivery.contactId), name: names.get(delivery.contactId) ?? null },
      purpose: purpose ? { id: toPublicId('pur', purpose.id), slug: purpose.slug, name: { ...purpose.name } } : null,
      to: delivery.to,
      attempts: delivery.attempts,
      createdAt: delivery.createdAt.toISOString(),
      settledAt: isoOrNull(delivery.settledAt),
      withheldBecause: delivery.withheldBecause,
      lastError: delivery.lastError,
      messageId: delivery.messageId,
    };
  });
}
