import { sql } from 'kysely';
import { uuidv7 } from '#platform/crypto/uuid.ts';
import type { Transaction } from '#platform/database/connect.ts';
import type { Language } from '#src/languages/languages.ts';
import type { TemplateName } from './templates.ts';

/** Told to whoever delivers that something waits. */
export const DELIVERY_CHANNEL = 'saglasie_delivery';

export interface NewDelivery {
  readonly contactId: string;
  readonly contactPointId: string;
  readonly purposeId: string;
  readonly channel: 'email';
  readonly template: TemplateName;
  /** Ids the message is made from; never texts or addresses. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly language: Language;
  /**
   * The caller has just recorded the basis of a contact it has just made, so asking first would be asking twice. The
   * database asks in any case and refuses the whole statement if this was wrong.
   */
  readonly surelyAllowed?: boolean;
  /** The approach this is the one message of. */
  readonly approachId?: string;
}

/**
 * Queues messages, any number in one statement, in the transaction of what they tell about. What the gate denies is left
 * out, silently: the caller's answer to a stranger must not depend on it. `held` messages wait for staff or for a mail server.
 */
export async function queueDeliveries(
  tx: Transaction,
  deliveries: readonly NewDelivery[],
  status: 'queued' | 'held',
): Promise<void> {
  if (deliveries.length === 0) return;
  const column = <T>(of: (delivery: NewDelivery) => T): T[] => deliveries.map(of);
  await sql`
    insert into delivery (id, contact_id, contact_point_id, purpose_id, channel, template, parameters, language, status, approach_id)
    select id, contact, point, purpose, channel, template, parameters, language, ${status}::text, approach from unnest(
      ${column(() => uuidv7())}::uuid[], ${column((one) => one.contactId)}::uuid[], ${column((one) => one.contactPointId)}::uuid[],
      ${column((one) => one.purposeId)}::uuid[], ${column((one) => one.channel)}::text[], ${column((one) => one.template)}::text[],
      ${column((one) => JSON.stringify(one.parameters))}::jsonb[], ${column((one) => one.language)}::text[],
      ${column((one) => one.surelyAllowed ?? false)}::boolean[], ${column((one) => one.approachId ?? null)}::uuid[])
      as new(id, contact, point, purpose, channel, template, parameters, language, sure, approach)
     where sure or (may_process(contact, purpose, channel)).allowed`.execute(tx);
  if (status === 'queued') await sql`select pg_notify(${DELIVERY_CHANNEL}, '')`.execute(tx);
}
