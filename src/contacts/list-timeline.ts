import type { Database } from '#platform/database/connect.ts';
import { listDeliveriesOf } from '#src/delivery/list-deliveries-of.ts';
import { disclosuresOf } from '#src/disclosures/list-disclosures.ts';
import { listSubmissionsOf } from '#src/forms/list-submissions-of.ts';
import { actorIdOf } from '#src/ledger/entry.ts';
import { listEntriesOf } from '#src/ledger/find-entry.ts';
import { recordsOf } from '#src/merging/find-living.ts';
import { listChangesOf } from './list-changes.ts';

export interface TimelineEvent {
  readonly kind: 'ledger' | 'change' | 'delivery' | 'submission' | 'disclosure';
  readonly id: string;
  readonly at: Date;
  /** Code of what happened: a ledger kind, `changed`, `submission-pending`, `delivery-sent`, `given-to`, … */
  readonly title: string;
  readonly purposeId: string | null;
  readonly channel: string | null;
  readonly actor: { readonly kind: string; readonly id: string | null };
  readonly method: string | null;
  readonly detail: Readonly<Record<string, string | null>>;
}

export interface TimelinePosition {
  readonly at: string;
  readonly id: string;
}

/** Everything that happened with a person, under whichever record, newest first, from `after` on. */
export async function listTimeline(
  db: Database,
  contactId: string,
  page: { limit: number; after?: TimelinePosition | undefined },
): Promise<{ events: TimelineEvent[]; next: TimelinePosition | null }> {
  const records = await recordsOf(db, contactId);
  const ofAll = async <T>(list: (id: string) => Promise<T[]>) => (await Promise.all(records.map(list))).flat();
  const [entries, changes, deliveries, submissions, disclosures] = await Promise.all([
    ofAll((id) => listEntriesOf(db, id)),
    ofAll((id) => listChangesOf(db, id)),
    ofAll((id) => listDeliveriesOf(db, id)),
    ofAll((id) => listSubmissionsOf(db, id)),
    disclosuresOf(db, records),
  ]);
  const events: TimelineEvent[] = [
    ...entries.map((entry) => ({
      kind: 'ledger' as const,
      id: entry.id,
      at: entry.occurredAt,
      title: entry.kind,
      purposeId: entry.purpose?.id ?? null,
      channel: entry.channel ?? null,
      actor: { kind: entry.actor.kind, id: actorIdOf(entry.actor) },
      method: entry.method,
      detail: {},
    })),
    ...changes.map((change) => ({
      ...nothingElse,
      kind: 'change' as const,
      id: change.id,
      at: change.at,
      title: 'changed',
      actor: { kind: change.actor, id: change.actorId },
      detail: { field: change.field, from: change.oldValue, to: change.newValue, reason: change.reason },
    })),
    ...deliveries.map((delivery) => ({
      ...nothingElse,
      kind: 'delivery' as const,
      id: delivery.id,
      at: delivery.at,
      title: `delivery-${delivery.status}`,
      purposeId: delivery.purposeId,
      channel: delivery.channel,
      detail: { template: delivery.template },
    })),
    ...submissions.map((submission) => ({
      ...nothingElse,
      kind: 'submission' as const,
      id: submission.id,
      at: submission.at,
      title: `submission-${submission.status}`,
      actor: { kind: 'contact', id: null },
      detail: { language: submission.language },
    })),
    ...disclosures.map((disclosure) => ({
      ...nothingElse,
      kind: 'disclosure' as const,
      id: disclosure.id,
      at: disclosure.disclosedAt,
      title: 'given-to',
      purposeId: disclosure.purposeId,
      channel: disclosure.channel,
      actor: { kind: disclosure.by.kind, id: disclosure.by.id },
      detail: {
        recipient: disclosure.recipient.name,
        recipientKind: disclosure.recipient.kind,
        statement: disclosure.statement,
        fields: disclosure.fields.join(' '),
      },
    })),
  ];
  events.sort((one, other) => compare(positionOf(other), positionOf(one)));
  const { after } = page;
  const rest = after ? events.filter((event) => compare(positionOf(event), after) < 0) : events;
  const shown = rest.slice(0, page.limit);
  const last = shown.at(-1);

  return { events: shown, next: rest.length > page.limit && last ? positionOf(last) : null };
}

const nothingElse = { purposeId: null, channel: null, actor: { kind: 'system', id: null }, method: null } as const;

function positionOf(event: TimelineEvent): TimelinePosition {
  return { at: event.at.toISOString(), id: event.id };
}

function compare(one: TimelinePosition, other: TimelinePosition): number {
  return one.at === other.at ? (one.id < other.id ? -1 : one.id > other.id ? 1 : 0) : one.at < other.at ? -1 : 1;
}
