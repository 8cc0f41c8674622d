import type { Database } from '#platform/database/connect.ts';
import type { Language } from '#src/languages/languages.ts';

export type DeliveryStatus = 'queued' | 'held' | 'attempting' | 'sent' | 'failed' | 'unknown' | 'withheld';
export const deliveryStatuses = [
  'queued',
  'held',
  'attempting',
  'sent',
  'failed',
  'unknown',
  'withheld',
] as const satisfies readonly DeliveryStatus[];

/** A message to a person, as it stands in the outbox. */
export interface FoundDelivery {
  readonly id: string;
  readonly contactId: string;
  readonly purposeId: string;
  readonly channel: string;
  readonly template: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly language: Language;
  readonly status: DeliveryStatus;
  /** The ledger entry that allowed it. */
  readonly allowedBy: string | null;
  readonly withheldBecause: string | null;
  readonly attempts: number;
  readonly lastError: string | null;
  readonly messageId: string | null;
  readonly to: string;
  readonly createdAt: Date;
  readonly settledAt: Date | null;
}

export async function findDelivery(db: Database, id: string): Promise<FoundDelivery | undefined> {
  const row = await deliveries(db).where('delivery.id', '=', id).executeTakeFirst();
  return row && deliveryOf(row);
}

/** Newest first; `before` is the id of the last one seen. */
export async function listDeliveries(
  db: Database,
  options: { status?: DeliveryStatus; before?: string; limit: number },
): Promise<FoundDelivery[]> {
  const { status, before } = options;
  const rows = await deliveries(db)
    .$if(status !== undefined, (query) => query.where('delivery.status', '=', status ?? ''))
    .$if(before !== undefined, (query) => query.where('delivery.id', '<', before ?? ''))
    .orderBy('delivery.id', 'desc')
    .limit(options.limit)
    .execute();
  return rows.map(deliveryOf);
}

/** How many messages wait in the on-screen outbox. */
export async function countHeldDeliveries(db: Database): Promise<number> {
  const row = await db
    .selectFrom('delivery')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .where('status', '=', 'held')
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

function deliveries(db: Database) {
  return db
    .selectFrom('delivery')
    .innerJoin('contact_point', 'contact_point.id', 'delivery.contact_point_id')
    .select([
      'delivery.id',
      'delivery.contact_id',
      'delivery.purpose_id',
      'delivery.channel',
      'delivery.template',
      'delivery.parameters',
      'delivery.language',
      'delivery.status',
      'delivery.allowed_by',
      'delivery.withheld_because',
      'delivery.attempts',
      'delivery.last_error',
      'delivery.message_id',
      'delivery.created_at',
      'delivery.settled_at',
      'contact_point.normalised',
    ]);
}

function deliveryOf(row: Awaited<ReturnType<ReturnType<typeof deliveries>['executeTakeFirstOrThrow']>>): FoundDelivery {
  return {
    id: row.id,
    contactId: row.contact_id,
    purposeId: row.purpose_id,
    channel: row.channel,
    template: row.template,
    parameters: row.parameters as Record<string, string>,
    language: row.language as Language,
    status: row.status as DeliveryStatus,
    allowedBy: row.allowed_by,
    withheldBecause: row.withheld_because,
    attempts: row.attempts,
    lastError: row.last_error,
    messageId: row.message_id,
    to: row.normalised,
    createdAt: row.created_at,
    settledAt: row.settled_at,
  };
}
