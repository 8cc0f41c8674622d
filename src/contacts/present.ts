import { z } from 'zod';
import { toPublicId } from '#platform/http/ids.ts';
import { isoOrNull, moment } from '#platform/http/list.ts';
import { languages } from '#src/languages/languages.ts';
import { channelShape, mentionPurpose, purposeMentionShape } from '#src/purposes/present.ts';
import type { Purpose } from '#src/purposes/purpose.ts';
import { presentProvenance, provenanceShape } from '#src/sources/present.ts';
import { presentActor } from '#src/staff/present.ts';
import { contactStates } from './contact.ts';
import type { DescribedContact } from './describe-contact.ts';
import type { ListedContact } from './list-contacts.ts';
import type { TimelineEvent } from './list-timeline.ts';

const language = z.enum(languages);

export const contactShape = z
  .object({
    id: z.string(),
    state: contactStates,
    /** The record in which it lives on, when records of one person were united. */
    mergedInto: z.string().nullable(),
    language,
    country: z.string().nullable(),
    facts: z.array(z.object({ field: z.string(), value: z.string(), provenance: z.array(provenanceShape), changedAt: moment })),
    points: z.array(
      z.object({
        id: z.string(),
        kind: z.enum(['email', 'phone', 'post']),
        value: z.string(),
        original: z.string(),
        isPrimary: z.boolean(),
        verifiedAt: moment.nullable(),
        /** It replaced the address the person had agreed with, and waits until its owner confirms it. */
        mustConfirm: z.boolean(),
        provenance: z.array(provenanceShape),
      }),
    ),
    createdAt: moment,
    updatedAt: moment,
    origin: provenanceShape,
  })
  .meta({ id: 'Contact' });

/** Fields whoever asks may not see are not there. */
export function presentContact(contact: DescribedContact, hidden: ReadonlySet<string>): z.input<typeof contactShape> {
  return {
    id: toPublicId('con', contact.id),
    state: contact.state,
    mergedInto: contact.mergedInto && toPublicId('con', contact.mergedInto),
    language: contact.language,
    country: contact.country,
    facts: contact.facts
      .filter(({ field }) => !hidden.has(field))
      .map((fact) => ({
        field: fact.field,
        value: fact.value,
        provenance: fact.provenance.map(presentProvenance),
        changedAt: fact.changedAt.toISOString(),
      })),
    points: contact.points.map((point) => ({
      id: toPublicId('cpt', point.id),
      kind: point.kind,
      value: point.value,
      original: point.original,
      isPrimary: point.isPrimary,
      verifiedAt: isoOrNull(point.verifiedAt),
      mustConfirm: point.mustConfirm,
      provenance: point.provenance.map(presentProvenance),
    })),
    createdAt: contact.createdAt.toISOString(),
    updatedAt: contact.updatedAt.toISOString(),
    origin: presentProvenance(contact.origin),
  };
}

export const listedContactShape = z
  .object({
    id: z.string(),
    name: z.string().nullable(),
    givenName: z.string().nullable(),
    familyName: z.string().nullable(),
    company: z.string().nullable(),
    email: z.string().nullable(),
    state: contactStates,
    language,
    country: z.string().nullable(),
    createdAt: moment,
    updatedAt: moment,
    may: z.array(z.object({ purpose: z.string(), channel: channelShape, allowed: z.boolean() })),
  })
  .meta({ id: 'ListedContact' });

export function presentListedContact(contact: ListedContact): z.input<typeof listedContactShape> {
  return {
    ...contact,
    id: toPublicId('con', contact.id),
    name: contact.name || null,
    createdAt: contact.createdAt.toISOString(),
    updatedAt: contact.updatedAt.toISOString(),
    may: [...contact.may],
  };
}

export const timelineShape = z
  .object({
    id: z.string(),
    at: moment,
    kind: z.enum(['ledger', 'change', 'delivery', 'submission', 'disclosure']),
    title: z.string(),
    purpose: purposeMentionShape.nullable(),
    channel: z.string().nullable(),
    actor: z.object({ kind: z.string(), id: z.string().nullable(), name: z.string().nullable() }),
    method: z.string().nullable(),
    detail: z.record(z.string(), z.string().nullable()),
  })
  .meta({ id: 'TimelineEvent' });

const eventPrefix = { ledger: 'led', change: 'chg', delivery: 'dlv', submission: 'sub', disclosure: 'exp' } as const;

export function presentEvent(
  event: TimelineEvent,
  purposes: ReadonlyMap<string, Purpose>,
  staffNames: ReadonlyMap<string, string>,
  hidden: ReadonlySet<string>,
): z.input<typeof timelineShape> {
  const purpose = event.purposeId === null ? undefined : purposes.get(event.purposeId);

  return {
    id: toPublicId(eventPrefix[event.kind], event.id),
    at: event.at.toISOString(),
    kind: event.kind,
    title: event.title,
    purpose: purpose ? mentionPurpose(purpose) : null,
    channel: event.channel,
    actor: presentActor(event.actor, staffNames),
    method: event.method,
    // That something was corrected may be known; what it said may not.
    detail: hidden.has(event.detail.field ?? '') ? { ...event.detail, from: null, to: null } : { ...event.detail },
  };
}
